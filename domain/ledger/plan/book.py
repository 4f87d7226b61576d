"""One account as the planner sees it: facts, and the questions that they answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

Kind = Literal["earned", "reversed", "redeemed", "reimbursed", "expired", "transferred"]

_NEVER = datetime.max.replace(tzinfo=UTC)


class PlanError(AssertionError):
    """A mistake of the caller or of the planner; business reasons are ruled out before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Points that one movement opened, and what became of them."""

    id: UUID
    # Of the lots of its account, in the order of opening.
    number: int
    movement_id: UUID
    opening_seq: int
    amount: int
    remaining: int
    # Held points stay in the lot but nobody may take them, and they do not expire.
    held: int = 0
    reversed: int = 0
    expired: int = 0
    # The part of a reversal that was forgiven because its points were nowhere to be found.
    waived: int = 0
    expires_at: datetime | None = None
    # A grace lot carries points of an expired lot, and one that arrived by a transfer those of
    # the lot that left: this one. None means they are its own.
    origin_id: UUID | None = None
    # The account that was carried on, if the lot stayed there; nothing remains in it.
    inherited_from: UUID | None = None

    @property
    def root_id(self) -> UUID:
        return self.origin_id or self.id

    @property
    def free(self) -> int:
        return self.remaining - self.held

    @property
    def eating_order(self) -> tuple[datetime, int]:
        """Soonest expiry first, then the older lot."""
        return self.expires_at or _NEVER, self.number

    def is_past(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtItem:
    """Points owed. `for_lot` is the lot whose reversal did not find them, if it was one."""

    id: UUID
    seq: int
    for_lot: UUID | None
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Points taken from `in_lot` because those of the reversed `for_lot` were gone."""

    id: UUID
    seq: int
    for_lot: UUID
    in_lot: UUID
    open: int
    inherited_from: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Points that a movement took from a lot, in the order of taking; a restore is negative."""

    movement_id: UUID
    ordinal: int
    lot_id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A posted movement; `corrected` is how much of it later movements took back."""

    id: UUID
    seq: int
    kind: Kind
    action: str
    amount: int
    balance_after: int
    debt_delta: int
    effective_at: datetime
    recorded_at: datetime
    corrects_id: UUID | None = None
    corrected: int = 0
    inherited_from: UUID | None = None

    @property
    def correctable(self) -> int:
        return abs(self.amount) - self.corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """Points promised, that become a movement when they mature."""

    id: UUID
    action: str
    amount: int
    matures_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Points set aside until `lapses_at`; `parts` says how many are in which lot."""

    id: UUID
    created_at: datetime
    lapses_at: datetime
    parts: dict[UUID, int]

    @property
    def points(self) -> int:
        return sum(self.parts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """An account. A correction needs its lots, debts, substitutes and the movement's own rows.

    What was inherited from accounts that this one carries on is among them, marked as such.
    """

    last_at: datetime
    seq: int = 0
    balance: int = 0
    lots_opened: int = 0
    lots: dict[UUID, Lot] = field(default_factory=dict)
    debts: dict[UUID, DebtItem] = field(default_factory=dict)
    substitutes: dict[UUID, Substitute] = field(default_factory=dict)
    allocations: tuple[Allocation, ...] = ()
    movements: dict[UUID, Movement] = field(default_factory=dict)
    awards: dict[UUID, Award] = field(default_factory=dict)
    # The open ones.
    holds: dict[UUID, Hold] = field(default_factory=dict)

    def copy(self) -> "Book":
        """Return a book whose tables may be written to without changing this one."""
        return replace(
            self,
            lots=dict(self.lots),
            debts=dict(self.debts),
            substitutes=dict(self.substitutes),
            movements=dict(self.movements),
            awards=dict(self.awards),
            holds=dict(self.holds),
        )

    @property
    def debt(self) -> int:
        return sum(item.open for item in self.debts.values())

    @property
    def spendable(self) -> int:
        return self.balance - sum(lot.held for lot in self.lots.values())

    def newest_hold(self, lots: Iterable[Lot] | None = None) -> Hold | None:
        """The hold that was placed last, of all or of those that have points in these lots."""
        ids = set(self.lots) if lots is None else {lot.id for lot in lots}
        return max(
            (hold for hold in self.holds.values() if not ids.isdisjoint(hold.parts)),
            key=lambda hold: (hold.created_at, hold.id),
            default=None,
        )

    def open_lots(self, at: datetime) -> list[Lot]:
        """Lots that can be taken from at that instant, in the order of eating."""
        lots = [lot for lot in self.lots.values() if lot.free and not lot.is_past(at)]
        return sorted(lots, key=lambda lot: lot.eating_order)

    def open_debts(self) -> list[DebtItem]:
        """What is owed, oldest first."""
        items = [item for item in self.debts.values() if item.open]
        return sorted(items, key=lambda item: (item.seq, item.id))

    def debts_for(self, root: Lot) -> list[DebtItem]:
        """What is owed for this lot, newest first."""
        return [item for item in reversed(self.open_debts()) if item.for_lot == root.id]

    def last_substitute(self, root: Lot) -> Substitute | None:
        """The points last taken elsewhere on behalf of this lot."""
        return max(
            (each for each in self.substitutes.values() if each.open and each.for_lot == root.id),
            # One reversal takes lot after lot in the order of eating; what was inherited is older.
            key=lambda each: (
                each.inherited_from is None,
                each.seq,
                self.lots[each.in_lot].eating_order,
            ),
            default=None,
        )

    def root(self, lot: Lot) -> Lot:
        return self.lots[lot.root_id]

    def family(self, root: Lot) -> list[Lot]:
        """The lot and its grace lots, in the order of eating."""
        lots = [lot for lot in self.lots.values() if lot.root_id == root.id]
        return sorted(lots, key=lambda lot: lot.eating_order)

    def reversible(self, root: Lot) -> int:
        """How many points of this lot neither expired nor were reversed."""
        expired = sum(lot.expired for lot in self.family(root))
        return root.amount - expired - root.reversed - root.waived

    def unclaimed(self, root: Lot) -> int:
        """How many points are out of this lot, spent, and not yet wanted by any reversal."""
        return self.reversible(root) - sum(lot.remaining for lot in self.family(root))

    def lot_earned_by(self, movement_id: UUID) -> Lot:
        """The lot that this earning opened; nothing but an earning can be reversed."""
        if self.movements[movement_id].kind != "earned":
            raise PlanError("only an earning can be reversed")
        return next(lot for lot in self.lots.values() if lot.movement_id == movement_id)

    def redemption(self, movement_id: UUID) -> Movement:
        """The movement, which must be a redemption: nothing else can be reimbursed."""
        movement = self.movements[movement_id]
        if movement.kind != "redeemed":
            raise PlanError("only a redemption can be reimbursed")
        return movement
