"""Rules in force, and what they give: pure once they are loaded."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from domain.earning.actions import ACTIONS
from domain.earning.models import Campaign, Rule
from domain.ids import new_id
from domain.ledger.posting import POINTS_MAX

# Every process may go on with rules that are this many seconds old.
_FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Rulebook:
    """All rules and campaigns of a program, of every time."""

    rules: tuple[Rule, ...]
    campaigns: tuple[Campaign, ...]

    def rule(self, action: str, at: datetime) -> Rule | None:
        """Return the version that is in force at an instant; None if nothing is paid."""
        versions = [r for r in self.rules if r.action == action and r.valid_from <= at]
        latest = max(versions, key=lambda r: r.version, default=None)
        if latest is None or not latest.enabled or (latest.valid_to and latest.valid_to <= at):
            return None
        return latest

    def multiplier(self, action: str, at: datetime) -> Decimal:
        """Return the highest multiplier of the campaigns that run at an instant, or 1."""
        running = (
            c.multiplier
            for c in self.campaigns
            if c.action in (None, action) and c.starts_at <= at < c.ends_at
        )
        return max(running, default=Decimal(1))

    def points(self, rule: Rule, at: datetime, *, bonus: int = 0) -> int:
        """Return what the rule gives: rule and bonus times the campaign, fractions dropped.

        Never more than one movement can carry.
        """
        raised = (rule.points + bonus) * self.multiplier(rule.action, at)
        return min(int(raised.to_integral_value(ROUND_FLOOR)), POINTS_MAX)


_loaded: dict[UUID, tuple[float, Rulebook]] = {}


async def rulebook(program_id: UUID) -> Rulebook:
    """Return the program's rules, at most two seconds old."""
    asked_at = time.monotonic()
    loaded_at, book = _loaded.get(program_id, (float("-inf"), None))
    if book is None or asked_at - loaded_at > _FRESH_SECONDS:
        rules = await Rule.filter(program_id=program_id)
        campaigns = await Campaign.filter(program_id=program_id)
        book = Rulebook(tuple(rules), tuple(campaigns))
        # As old as the question: a change made while it was answered may not be in it.
        _loaded[program_id] = (asked_at, book)
    return book


def matures_at(rule: Rule, at: datetime) -> datetime | None:
    """Return when points given at `at` leave their holding period; None: at once."""
    return at + timedelta(days=rule.holding_days) if rule.holding_days else None


async def start_rules(program_id: UUID, *, now: datetime, by: str, **lifetime: Any) -> None:
    """Give a new program the first version of the rule of each action that pays."""
    await Rule.bulk_create(
        [
            Rule(
                id=new_id(),
                program_id=program_id,
                action=action.code,
                scope=action.scope,
                version=1,
                points=action.points,
                settings=action.settings,
                valid_from=now,
                created_at=now,
                created_by=by,
                **lifetime,
            )
            for action in ACTIONS.values()
            if action.points
        ]
    )
    _loaded.pop(program_id, None)


async def change_rule(
    program_id: UUID, action: str, *, now: datetime, by: str, **changes: Any
) -> Rule:
    """Put the next version of a rule in force from `now`; earlier versions stay as they are."""
    versions = await Rule.filter(program_id=program_id, action=action)
    latest = max(versions, key=lambda r: r.version)
    kept = set(Rule._meta.db_fields) - {"id", "version"}  # noqa: SLF001 - public in all but name
    values = {name: getattr(latest, name) for name in kept}
    values |= {"valid_from": now, "created_at": now, "created_by": by, **changes}
    rule = await Rule.create(id=new_id(), version=latest.version + 1, **values)
    _loaded.pop(program_id, None)
    return rule


async def start_campaign(program_id: UUID, **values: Any) -> Campaign:
    """Add a campaign: name, action or None for all, multiplier, starts_at, ends_at."""
    campaign = await Campaign.create(id=new_id(), program_id=program_id, **values)
    _loaded.pop(program_id, None)
    return campaign
