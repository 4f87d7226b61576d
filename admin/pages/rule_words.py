"""The words for what a rule says, in the staff's language."""

from collections.abc import Iterator
from typing import Any, Final

from domain.earning.actions import ACTIONS, Action
from domain.earning.rule_values import RuleValues
from domain.earning.versions import Version
from domain.words import marked as _
from locales import Translator

FIELDS: Final = {
    "points": _("Points"),
    "enabled": _("Gives points"),
    "daily_cap": _("Most a day for one customer"),
    "holding_days": _("Days before they count"),
}
LIFETIMES: Final = {
    "never": _("for ever"),
    "days": _("so many days"),
    "months": _("so many months"),
    "date": _("until a date"),
}
STATES: Final = {
    "in_force": (_("In force"), "good"),
    "planned": (_("Planned"), "wait"),
    "past": (_("Past"), "none"),
    "withdrawn": (_("Withdrawn"), "none"),
}
_SCOPES: Final = {
    "ever": _("Once for each customer"),
    "business_date": _("Once a day"),
    "referee": _("Once for each friend"),
    "source": _("Once for each document"),
}
_AUTHORS: Final = {
    "system": _("System"),
    "operator": _("Operator"),
    "demo": _("Demo"),
}


def _field_word(spoken: Translator, action: Action, name: str) -> str:
    """Name a field of an action's rule."""
    own = next((setting.label for setting in action.settings if setting.code == name), None)
    return spoken.text(own or FIELDS[name])


def _value_word(spoken: Translator, name: str, value: Any) -> str:
    """Write the value of a rule's field."""
    if isinstance(value, bool):
        return spoken.text("Yes") if value else spoken.text("No")
    if name == "holding_days":
        return holding_word(spoken, value)
    return "—" if value is None else spoken.number(value)


def changes_of(
    spoken: Translator, action: Action, version: Version
) -> Iterator[tuple[str, str, str]]:
    """Say what a version changed: each field's name, and its value before and after."""
    said = {change.field: change for change in version.changes}
    for name, change in said.items():
        if not name.startswith("lifetime"):
            before = _value_word(spoken, name, change.before)
            yield (
                _field_word(spoken, action, name),
                before,
                _value_word(spoken, name, change.after),
            )
    if any(name.startswith("lifetime") for name in said):
        before = lifetime_word(spoken, version.before)
        yield spoken.text("Points live"), before, lifetime_word(spoken, version.values)


def lifetime_word(spoken: Translator, values: RuleValues) -> str:
    """Say how long points live."""
    count = values.lifetime_count or 0
    if values.lifetime_kind == "days":
        return spoken.plural("%(count)s day", "%(count)s days", count)
    if values.lifetime_kind == "months":
        return spoken.plural("%(count)s month", "%(count)s months", count)
    if values.lifetime_kind == "date" and values.lifetime_on:
        return spoken.text("until %(day)s", day=spoken.date(values.lifetime_on))
    return spoken.text("for ever")


def holding_word(spoken: Translator, days: int) -> str:
    """Say how long points wait before they count."""
    return (
        spoken.plural("%(count)s day", "%(count)s days", days) if days else spoken.text("at once")
    )


def scope_word(spoken: Translator, code: str) -> str:
    """Say how often a customer is paid for an action."""
    return spoken.text(_SCOPES[ACTIONS[code].scope])


def author_word(spoken: Translator, author: str) -> str:
    """Name who wrote a version."""
    return spoken.text(_AUTHORS[author]) if author in _AUTHORS else author
