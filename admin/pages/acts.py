"""The audit log in words: who, what, and what it was before."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from admin.pages.words import ROLES
from domain.access.audit_log import Entry
from locales import Translator


def _(message: str) -> str:
    """Mark a sentence for the catalogues; it is said later, in the reader's language."""
    return message


# One sentence for every act; `%(whom)s` is the member that it was done to.
ACTS: Final[Mapping[str, str]] = {
    "signed_in": _("Signed in"),
    "signed_out": _("Signed out"),
    "sign_in_failed": _("A sign-in failed"),
    "staff_created": _("Made the member %(whom)s"),
    "role_changed": _("Changed the role of %(whom)s"),
    "staff_disabled": _("Shut %(whom)s out"),
    "staff_enabled": _("Let %(whom)s in again"),
    "password_changed": _("Chose another password"),
    "token_issued": _("Made a token for %(whom)s"),
    "token_revoked": _("Revoked a token of %(whom)s"),
    "exported": _("Exported a file"),
    "staff_invited": _("Invited %(whom)s"),
    "invitation_renewed": _("Made another invitation for %(whom)s"),
    "invitation_accepted": _("Accepted the invitation"),
    "sessions_ended": _("Signed %(whom)s out elsewhere"),
    "factor_turned_on": _("Turned their second step on"),
    "factor_turned_off": _("Turned their second step off"),
    "factor_reset": _("Reset the second step of %(whom)s"),
    "recovery_code_used": _("Used a recovery code"),
    "recovery_codes_renewed": _("Made new recovery codes"),
    "telegram_linked": _("Linked a Telegram account for signing in"),
    "telegram_unlinked": _("Unlinked their Telegram account"),
    "broadcast_planned": _("Planned a message to customers"),
    "broadcast_confirmed": _("Confirmed a message to customers"),
    "broadcast_turned": _("Paused, resumed or stopped a message to customers"),
    "bot_connected": _("Connected the bot"),
    "bot_disconnected": _("Disconnected the bot"),
    "login_secret_changed": _("Changed the secret for signing in with Telegram"),
    "chat_code_made": _("Made a code for the staff's chat"),
    "chat_bound": _("Bound the staff's chat"),
    "chat_unbound": _("Unbound the staff's chat"),
    "program_created": _("Made the program"),
    "program_changed": _("Changed the program's settings"),
    "zone_changed": _("Changed the time zone"),
    "brand_changed": _("Changed the program's look"),
    "terms_published": _("Published new terms"),
    "policies_changed": _("Changed the program's policies"),
    "rule_changed": _("Changed an earning rule"),
    "referral_limits_changed": _("Changed the limits of referrals"),
    "campaign_planned": _("Planned a campaign"),
    "campaign_changed": _("Changed a campaign"),
    "campaign_ended": _("Ended a campaign"),
    "content_changed": _("Changed products or news"),
    "content_imported": _("Imported products or news"),
    "feed_changed": _("Changed a feed"),
}
_FACTS: Final[Mapping[str, str]] = {
    "way": _("Way"),
    "role": _("Role"),
    "version": _("Version"),
    "name": _("Name"),
    "report": _("Report"),
    "days": _("Days"),
    "action": _("Action"),
    "kind": _("Kind"),
    "token": _("Token"),
    "zone": _("Time zone"),
    "format": _("Format"),
    "with_code": _("With a code"),
    "is_service": _("Service account"),
    "username": _("Bot"),
    "is_set": _("Set"),
    "title": _("Title"),
    "rows": _("Rows"),
    "starts_at": _("From"),
    "begins": _("From"),
}
_VALUES: Final[Mapping[str, str]] = {
    **ROLES,
    "link": _("by link"),
    "invitation": _("by invitation"),
    "password": _("by password"),
    "telegram": _("with Telegram"),
    "code": _("second step"),
}
_WHO: Final[Mapping[str, str]] = {
    "operator": _("Operator"),
    "stranger": _("Stranger"),
    "system": _("System"),
}
# Ids: said by name in the sentence, or beside them; scripts find them in the JSON.
_NAMES: Final = frozenset({"staff", "id", "campaign", "broadcast"})
_LONGEST: Final = 200


@dataclass(frozen=True)
class Detail:
    """One fact of an act, and what it was before if it was changed."""

    label: str
    value: str
    before: str | None = None


def who(spoken: Translator, actor: str, names: Mapping[UUID, str]) -> str:
    """Name who did it."""
    kind, _colon, named = actor.partition(":")
    if kind == "staff":
        return names.get(UUID(named), spoken.text("Somebody"))
    return spoken.text(_WHO.get(actor, "System"))


def what(spoken: Translator, entry: Entry, names: Mapping[UUID, str]) -> str:
    """Say what was done."""
    sentence = ACTS.get(entry.act)
    if sentence is None:  # written by a later version
        return entry.act
    return spoken.text(sentence, whom=_whom(spoken, entry, names))


def details(spoken: Translator, entry: Entry) -> list[Detail]:
    """List the facts of an act that its sentence does not say."""
    facts = dict(entry.facts)
    before, after = facts.pop("before", None), facts.pop("after", None)
    said = [
        Detail(_label(spoken, name), _value(spoken, value))
        for name, value in facts.items()
        if name not in _NAMES and value not in (None, False, "")
    ]
    return said + list(_changes(spoken, before, after))


def plainly(spoken: Translator, entry: Entry) -> str:
    """Write the facts of an act on one line, for a file."""
    parts = [
        f"{one.label}: {one.before} → {one.value}" if one.before else f"{one.label}: {one.value}"
        for one in details(spoken, entry)
    ]
    return "; ".join(parts)


def _whom(spoken: Translator, entry: Entry, names: Mapping[UUID, str]) -> str:
    if (told := entry.facts.get("staff")) and entry.actor != f"staff:{told}":
        return names.get(UUID(told), spoken.text("Somebody"))
    return spoken.text("themselves")


def _changes(spoken: Translator, before: Any, after: Any) -> Iterator[Detail]:
    if isinstance(before, dict) or isinstance(after, dict):
        old = before if isinstance(before, dict) else {}
        new = after if isinstance(after, dict) else {}
        for name in dict.fromkeys((*old, *new)):
            values = (_value(spoken, new.get(name)), _value(spoken, old.get(name)))
            if values[0] != values[1]:
                yield Detail(_label(spoken, name), *values)
    elif before is not None or after is not None:
        yield Detail(spoken.text("Change"), _value(spoken, after), _value(spoken, before))


def _label(spoken: Translator, name: str) -> str:
    return spoken.text(_FACTS[name]) if name in _FACTS else name.replace("_", " ")


def _value(spoken: Translator, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return spoken.text("yes") if value else spoken.text("no")
    if isinstance(value, list):
        return " – ".join(_value(spoken, one) for one in value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    known = spoken.text(_VALUES[text]) if text in _VALUES else text
    return known if len(known) <= _LONGEST else f"{known[:_LONGEST]}…"
