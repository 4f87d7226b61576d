"""The words for kinds, actions and people in the staff's language."""

from typing import Final

from aiohttp import web

from domain import bots
from domain.earning.actions import label_of
from domain.errors import Refusal
from domain.reporting.customer_loyalty import DEDUCTED, ISSUED, USED
from locales import Translator, translator
from web.errors import locale_of

KINDS: Final = {
    "earned": "Earned",
    "redeemed": "Redeemed",
    "reimbursed": "Reimbursed",
    "reversed": "Reversed",
    "expired": "Expired",
}
# The sections of the report, by the kinds that they add up.
SECTIONS: Final = {
    ISSUED: "Points issued",
    USED: "Points used",
    DEDUCTED: "Points deducted",
    (*USED, *DEDUCTED): "Points used / deducted",
    (*ISSUED, *USED): "Issued and used",
}
ROLES: Final = {
    "owner": "Owner",
    "manager": "Manager",
    "analyst": "Analyst",
    "cashier": "Cashier",
}
ROLE_MEANINGS: Final = {
    "owner": "Everything, the settings and the team included.",
    "manager": "Rules, content, messages to customers, reports and the audit log.",
    "analyst": "Looks at reports and settings, and exports them.",
    "cashier": "Nothing on these pages yet; for the till.",
}
# Why a bot does not work, by the code that is kept with it.
_BOT_PROBLEMS: Final = {
    refusal.code: refusal()
    for refusal in (bots.BotTokenRefused, bots.BotApiUnreachable, bots.BotNeedsHttps)
}
_ACTORS: Final = {"customer": "Customer", "store": "Store"}


def role_choices(spoken: Translator) -> list[tuple[str, str, str]]:
    """Return each role with its name and what it means."""
    return [
        (role, spoken.text(name), spoken.text(ROLE_MEANINGS[role])) for role, name in ROLES.items()
    ]


def kind_word(spoken: Translator, kind: str) -> str:
    """Name a kind of movement."""
    return spoken.text(KINDS[kind])


def figure_word(spoken: Translator, kind: str, action: str) -> str:
    """Name a source, a purpose, or the reason of a deduction."""
    label = spoken.text(label_of(action))
    if kind != "reversed":
        return label
    if action == "manual_adjustment":
        return spoken.text("Manual deduction")
    return spoken.text("Taken back: %(source)s", source=label)


def section_word(spoken: Translator, kinds: tuple[str, ...]) -> str:
    """Name what some kinds are together."""
    known = SECTIONS.get(kinds)
    return spoken.text(known) if known else ", ".join(kind_word(spoken, kind) for kind in kinds)


def actor_word(spoken: Translator, actor: str, name: str | None) -> str:
    """Name who made a movement."""
    return name or spoken.text(_ACTORS.get(actor.partition(":")[0], "System"))


def sentence_for(request: web.Request, refusal: Refusal) -> str:
    """Say why something was refused."""
    spoken = translator(locale_of(request))
    facts = {name: str(value) for name, value in refusal.facts.items()}
    if problem := facts.get("problem"):
        facts["problem"] = spoken.raw(problem)
    return spoken.text(refusal.message, **{"code": refusal.code, **facts})


def bot_trouble(spoken: Translator, bot: bots.Bot | None) -> str | None:
    """Say why a program's bot does not work; None if it does."""
    if bot is None or bot.problem is None:
        return None
    if known := _BOT_PROBLEMS.get(bot.problem):
        return spoken.raw(known.message)
    return spoken.text(
        "Telegram refused this: %(description)s", description=bot.problem_detail or ""
    )


def initials(name: str) -> str:
    """Take the first letters of the last two words: in Vietnam the given name comes last."""
    return "".join(word[0] for word in name.split()[-2:]).upper()
