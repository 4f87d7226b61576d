"""A plan: the steps of a posting, each the changes that one movement makes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from domain.ledger.plan.book import Kind, PlanError

HoldOutcome = Literal["captured", "released", "lapsed", "taken", "transferred"]

_SIGNS: dict[Kind, int] = {
    "earned": 1,
    "reversed": -1,
    "redeemed": -1,
    "reimbursed": 1,
    "expired": -1,
    "transferred": 0,
}


# In every change `inherited_from` is the account whose row is named; None: the account's own.


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    lot_id: UUID
    origin_id: UUID | None
    # Of the origin.
    inherited_from: UUID | None
    amount: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """Points taken from a lot; negative: put back."""

    lot_id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtChange:
    """A new debt item (delta > 0), or less of an old one (delta < 0)."""

    item_id: UUID
    for_lot: UUID | None
    # Of the lot.
    inherited_from: UUID | None
    delta: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteChange:
    """A new substitute (delta > 0), or less of an old one (delta < 0)."""

    substitute_id: UUID
    inherited_from: UUID | None
    for_lot: UUID
    for_inherited_from: UUID | None
    in_lot: UUID
    delta: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterChange:
    """What is added to a lot's counters."""

    lot_id: UUID
    inherited_from: UUID | None
    reversed: int
    expired: int
    waived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnd:
    """A hold that ends, and why: its points are free again, or just taken."""

    hold_id: UUID
    outcome: HoldOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One movement and everything that changes with it, each row named at most once.

    A step of 0 points posts no movement: a reversal that found nothing to take and was forgiven
    changes counters, and a hold that comes to nothing ends.
    """

    movement_id: UUID
    kind: Kind
    action: str
    amount: int
    corrects_id: UUID | None
    # Of the movement that it corrects.
    inherited_from: UUID | None
    award_id: UUID | None
    effective_at: datetime
    recorded_at: datetime
    opens: tuple[Opening, ...]
    takes: tuple[Take, ...]
    debts: tuple[DebtChange, ...]
    substitutes: tuple[SubstituteChange, ...]
    counters: tuple[CounterChange, ...]
    holds: tuple[HoldEnd, ...]

    @property
    def debt_delta(self) -> int:
        return sum(change.delta for change in self.debts)

    @property
    def adds_up(self) -> bool:
        """The equation of every movement: what it opens, less what it takes and owes."""
        opened = sum(opening.amount for opening in self.opens)
        taken = sum(take.amount for take in self.takes)
        return self.amount == opened - taken - self.debt_delta


Plan = tuple[Step, ...]


def checked(step: Step) -> Step:
    """Return the step if it adds up and has the sign of its kind."""
    if not step.adds_up or step.amount * _SIGNS[step.kind] < 0:
        raise PlanError("a step that does not add up", step)
    return step


def plan_document(plan: Plan) -> list[dict[str, Any]]:
    """Return the plan as PostgreSQL reads it: text, whole numbers and null, nothing else."""
    return [_plain(asdict(step)) for step in plan]


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case tuple():
            return [_plain(part) for part in value]
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
    return value
