"""The facts of an act in words: which, what each is, and what it was before."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from admin.pages.rule_words import FIELDS, LIFETIMES
from admin.pages.words import ROLES
from domain.access.audit_log import Entry
from domain.earning.actions import ACTIONS, label_of
from domain.reporting.catalogue import REPORTS
from domain.words import marked as _
from locales import Translator

_LABELS: Final[Mapping[str, str]] = {
    **FIELDS,
    **{setting.code: setting.label for one in ACTIONS.values() for setting in one.settings},
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
    "ends_at": _("Ends"),
    "multiplier": _("Multiplier"),
    "budget": _("Budget"),
    "customer_cap": _("Most for one customer"),
    "recipients": _("Members"),
    "lifetime_kind": _("Points live"),
    "lifetime_count": _("How many"),
    "lifetime_on": _("Last day"),
    "slug": _("Address"),
    "url": _("Address"),
    "locale": _("Language"),
    "currency": _("Currency"),
    "point_value": _("What a point is worth"),
    "accent": _("Your colour"),
    "accent_dark": _("Your colour at night"),
    "gold": _("The colour of points"),
    "seed": _("Grain"),
    "qualifying_act": _("A referral is complete when the friend"),
    "debt_policy": _("When a refund takes back points that are already spent"),
    "grace_days": _("Days to use points that come back after their expiry"),
    "update_retention_days": _("Chat messages as they arrived"),
    "decision_retention_days": _("Why an action gave points, or none"),
    "referral_daily_cap": _("On a day"),
    "referral_weekly_cap": _("In a week, Monday to Sunday"),
    "referral_hold_days": _("Days before they count"),
    "summary": _("Summary"),
    "body": _("Text"),
    "photo": _("Picture"),
    "price": _("Price"),
    "category": _("Category"),
    "published_at": _("Shown from"),
    "hidden_at": _("Hidden since"),
    "read_seconds": _("Reading time that earns points"),
    "every_hours": _("Hours between readings"),
    "shows_at_once": _("Show its articles at once"),
    "paused": _("Paused"),
    "vi": "Tiếng Việt",
    "en": "English",
}
_VALUES: Final[Mapping[str, str]] = {
    **ROLES,
    **LIFETIMES,
    **{code: report.title for code, report in REPORTS.items()},
    "audit-log": _("Audit log"),
    "link": _("by link"),
    "invitation": _("by invitation"),
    "password": _("by password"),
    "telegram": _("with Telegram"),
    "code": _("second step"),
    "product": _("Product"),
    "products": _("Products"),
    "news": _("News"),
    "category": _("Category"),
    "vi": "Tiếng Việt",
    "en": "English",
    "register": _("joins"),
    "purchase": _("buys for the first time"),
    "allow_negative": _("the balance may go below zero"),
    "clamp": _("stop at zero"),
    "draft": _("Draft"),
    "sending": _("Going out"),
    "paused": _("Paused"),
    "finished": _("Finished"),
    "cancelled": _("Stopped"),
}
# Ids: said by name in the sentence, or beside them; scripts find them in the JSON.
_IDS: Final = frozenset({"staff", "id", "campaign", "broadcast", "category_id", "chat"})
_INSTANTS: Final = frozenset({"starts_at", "begins", "ends_at", "published_at", "hidden_at"})
_LANGUAGES: Final = frozenset({"vi", "en"})
_LONGEST: Final = 200


@dataclass(frozen=True)
class Detail:
    """One fact of an act, and what it was before if it was changed."""

    label: str
    value: str
    before: str | None = None


def details(spoken: Translator, entry: Entry, zone: str = "UTC") -> list[Detail]:
    """List the facts of an act that its sentence does not say; instants are told in the zone."""
    facts = dict(entry.facts)
    before, after = facts.pop("before", None), facts.pop("after", None)
    told_below = after if isinstance(after, dict) else {}
    said = [
        Detail(_label(spoken, name), _value(spoken, name, value, zone))
        for name, value in facts.items()
        if name not in _IDS and name not in told_below and value not in (None, False, "")
    ]
    return said + list(_changes(spoken, before, after, zone))


def plainly(spoken: Translator, entry: Entry, zone: str = "UTC") -> str:
    """Write the facts of an act on one line, for a file."""
    parts = [
        f"{one.label}: {one.before} → {one.value}" if one.before else f"{one.label}: {one.value}"
        for one in details(spoken, entry, zone)
    ]
    return "; ".join(parts)


def _changes(spoken: Translator, before: Any, after: Any, zone: str) -> Iterator[Detail]:
    if not isinstance(before, dict) and not isinstance(after, dict):
        if before is not None or after is not None:
            values = [_value(spoken, "", value, zone) for value in (after, before)]
            yield Detail(spoken.text("Change"), *values)
        return
    old, new = _flat(before), _flat(after)
    for name in dict.fromkeys((*old, *new)):
        if name in _IDS or old.get(name) == new.get(name):
            continue
        was = _value(spoken, name, old.get(name), zone) if old else None
        yield Detail(_label(spoken, name), _value(spoken, name, new.get(name), zone), was)


def _flat(values: Any) -> dict[str, Any]:
    """Lift values out of what only groups them; a text in several languages stays one value."""
    said = values if isinstance(values, dict) else {}
    flat: dict[str, Any] = {}
    for name, value in said.items():
        grouped = isinstance(value, dict) and not value.keys() <= _LANGUAGES
        flat |= value if grouped else {name: value or None if isinstance(value, dict) else value}
    return flat


def _label(spoken: Translator, name: str) -> str:
    return spoken.text(_LABELS[name]) if name in _LABELS else name.replace("_", " ")


def _value(spoken: Translator, name: str, value: Any, zone: str) -> str:
    if value is None or value in ("", {}):
        return "—"
    if isinstance(value, bool) or name == "photo":
        return spoken.text("yes") if value else spoken.text("no")
    if isinstance(value, list):
        return " – ".join(_value(spoken, name, one, zone) for one in value)
    if isinstance(value, dict):
        words = list(value.values()) if value.keys() <= _LANGUAGES else [json.dumps(value)]
        return _shortened(" / ".join(map(str, words)))
    return _shortened(_word(spoken, name, value, zone))


def _word(spoken: Translator, name: str, value: object, zone: str) -> str:
    text = str(value)
    if name == "action":
        return spoken.text(label_of(text))
    with suppress(ValueError, InvalidOperation):
        if name in _INSTANTS:
            at = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
            return f"{spoken.date(at)} {spoken.clock(at)}"
        if isinstance(value, int) or name == "multiplier":
            return spoken.number(Decimal(text))
    return spoken.text(_VALUES[text]) if text in _VALUES else text


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
