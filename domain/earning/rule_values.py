"""What a version of a rule says, apart from when and by whom: pure."""

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from domain.earning.actions import ACTIONS
from domain.earning.models import Rule


@dataclass(frozen=True, kw_only=True)
class RuleValues:
    """What a version of a rule says; `settings` are the numbers that only its action has."""

    points: int
    enabled: bool
    daily_cap: int | None = None
    lifetime_kind: str = "never"
    lifetime_count: int | None = None
    lifetime_on: date | None = None
    holding_days: int = 0
    settings: dict[str, int] = field(default_factory=dict)


def values_of(rule: Rule | None, action: str) -> RuleValues:
    """Return what a version says; without one, what a new program would start with, switched off.

    A setting that the version does not know yet has the value it starts with.
    """
    known = ACTIONS[action]
    if rule is None:
        return RuleValues(points=known.points, enabled=False, settings=known.first_settings)
    names = {each.name for each in fields(RuleValues)}
    said: dict[str, Any] = {name: getattr(rule, name) for name in names}
    kept = {name: said["settings"].get(name, at) for name, at in known.first_settings.items()}
    return RuleValues(**said | {"settings": kept})


def changed(before: RuleValues, after: RuleValues) -> dict[str, tuple[Any, Any]]:
    """Return each field that differs, with both values; settings stand among the others."""
    old, new = _flat(before), _flat(after)
    return {name: (old.get(name), new[name]) for name in new if old.get(name) != new[name]}


def _flat(values: RuleValues) -> dict[str, Any]:
    said = asdict(values)
    settings: dict[str, int] = said.pop("settings")
    return said | settings
