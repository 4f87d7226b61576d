"""The commands, in the order in which Telegram lists them."""

from typing import Final

from domain.words import marked as _
from locales import Translator

COMMANDS: Final = {
    "app": _("Open my card"),
    "checkin": _("Check in for today's points"),
    "points": _("My points"),
    "history": _("My history"),
    "invite": _("Invite friends"),
    "notify": _("Choose what to hear of"),
    "language": _("Choose the language"),
    "help": _("What this bot can do"),
    "privacy": _("What we know about you"),
    "start": _("Begin again"),
}


def described(say: Translator) -> dict[str, str]:
    """Return what each command does, in one language."""
    return {name: say.raw(words) for name, words in COMMANDS.items()}
