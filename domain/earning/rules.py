"""Rules in force, and what they give: pure once they are loaded."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from domain.earning.actions import ACTIONS
from domain.earning.budgets import left_of
from domain.earning.models import Campaign, Rule
from domain.ids import new_id
from domain.ledger.posting import POINTS_MAX

# Every process may go on with rules that are this many seconds old.
_FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Award:
    """What an attempt gives: all points, and how many of them a campaign added."""

    points: int
    extra: int = 0
    campaign: Campaign | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the decision log keeps of it."""
        if self.campaign is None:
            return {}
        multiplier = f"{self.campaign.multiplier.normalize():f}"
        return {"campaign": str(self.campaign.id), "multiplier": multiplier, "extra": self.extra}


@dataclass(frozen=True)
class Rulebook:
    """All rules and campaigns of a program, of every time.

    `left` is what remains of the budgets of those campaigns that have one.
    """

    rules: tuple[Rule, ...]
    campaigns: tuple[Campaign, ...]
    left: Mapping[UUID, int] = field(default_factory=dict)

    def rule(self, action: str, at: datetime) -> Rule | None:
        """Return the version that is in force at an instant; None if nothing is paid."""
        latest = self.version(action, at)
        if latest is None or not latest.enabled or (latest.valid_to and latest.valid_to <= at):
            return None
        return latest

    def version(self, action: str, at: datetime) -> Rule | None:
        """Return the version that has begun last, whether it pays or not."""
        begun = (r for r in self.rules if r.action == action and r.valid_from <= at)
        return max(begun, key=lambda r: (r.valid_from, r.version), default=None)

    def awards(self, rule: Rule, at: datetime, *, bonus: int = 0) -> Iterator[Award]:
        """Yield what the rule gives by each campaign that runs, the highest multiplier first.

        Multipliers are never multiplied with each other: the first award that its campaign can
        still pay for is the one that counts. The last one is the rule alone, unless a campaign
        without a limit comes before it.
        """
        plain = rule.points + bonus
        running = (c for c in self.campaigns if c.action in (None, rule.action) and c.runs(at))
        for campaign in sorted(running, key=lambda c: (-c.multiplier, c.starts_at, str(c.id))):
            raised = (plain * campaign.multiplier).to_integral_value(ROUND_FLOOR)
            points = min(int(raised), POINTS_MAX)
            if points - plain <= self.left.get(campaign.id, POINTS_MAX):
                yield Award(points, points - plain, campaign)
        yield Award(min(plain, POINTS_MAX))

    def points(self, rule: Rule, at: datetime, *, bonus: int = 0) -> int:
        """Return what the rule gives: rule and bonus times the campaign, fractions dropped.

        Never more than one movement can carry.
        """
        return next(self.awards(rule, at, bonus=bonus)).points

    def multiplier(self, action: str, at: datetime) -> Decimal:
        """Return the highest multiplier of the campaigns that run at an instant, or 1."""
        running = (
            c.multiplier for c in self.campaigns if c.action in (None, action) and c.runs(at)
        )
        return max(running, default=Decimal(1))


_loaded: dict[UUID, tuple[float, Rulebook]] = {}


async def rulebook(program_id: UUID) -> Rulebook:
    """Return the program's rules, at most two seconds old."""
    asked_at = time.monotonic()
    loaded_at, book = _loaded.get(program_id, (float("-inf"), None))
    if book is None or asked_at - loaded_at > _FRESH_SECONDS:
        # As old as the question: a change made while it was answered may not be in it.
        book = await read_rulebook(program_id)
        _loaded[program_id] = (asked_at, book)
    return book


async def read_rulebook(program_id: UUID) -> Rulebook:
    """Return the program's rules as they stand now, for those who change them."""
    rules = await Rule.filter(program_id=program_id)
    campaigns = await Campaign.filter(program_id=program_id)
    limited = [campaign.id for campaign in campaigns if campaign.budget is not None]
    return Rulebook(tuple(rules), tuple(campaigns), await left_of(limited))


def forget_rulebook(program_id: UUID) -> None:
    """Read the rules again at the next question: this process has changed them."""
    _loaded.pop(program_id, None)


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
                settings=action.first_settings,
                valid_from=now,
                created_at=now,
                created_by=by,
                **lifetime,
            )
            for action in ACTIONS.values()
            if action.points
        ]
    )
    forget_rulebook(program_id)


async def change_rule(
    program_id: UUID, action: str, *, now: datetime, by: str, **changes: Any
) -> Rule:
    """Put the next version of a rule in force from `now`; earlier versions stay as they are.

    What is not changed is as in the version that is in force then.
    """
    versions = await Rule.filter(program_id=program_id, action=action)
    base = Rulebook(tuple(versions), ()).version(action, changes.get("valid_from", now))
    number = max((r.version for r in versions), default=0) + 1
    kept = set(Rule._meta.db_fields) - {"id", "version"}  # noqa: SLF001 - public in all but name
    values = (
        {name: getattr(base, name) for name in kept} if base else _unwritten(program_id, action)
    )
    values |= {"valid_from": now, "created_at": now, "created_by": by, **changes}
    rule = await Rule.create(id=new_id(), version=number, **values)
    forget_rulebook(program_id)
    return rule


def _unwritten(program_id: UUID, action: str) -> dict[str, Any]:
    """Return what a rule starts from that the program has no version of yet."""
    known = ACTIONS[action]
    return {
        "program_id": program_id,
        "action": action,
        "scope": known.scope,
        "points": known.points,
        "settings": known.first_settings,
    }


async def start_campaign(program_id: UUID, **values: Any) -> Campaign:
    """Add a campaign: name, action or None for all, multiplier, starts_at, ends_at."""
    campaign = await Campaign.create(id=new_id(), program_id=program_id, **values)
    forget_rulebook(program_id)
    return campaign
