"""Emptying an account into another that carries it on."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book, Lot
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.holding import let_go, newest_for
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.settling import posting_instant
from domain.ledger.plan.steps import Plan, Step


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What happens on either account; `moved` says which lot of the source each new one stands for."""

    source: Plan
    target: Plan
    moved: dict[UUID, UUID]


def transfer(
    source: Book,
    target: Book,
    *,
    source_id: UUID,
    action: str,
    now: datetime,
    source_ids: NewId,
    target_ids: NewId,
) -> Transfer:
    """Plan to empty one account into another: lot by lot, and debt by debt.

    What one of them owes is paid at once from what the other has; where that is on hold, the
    newest holds are let go. An account without points or debts moves nothing.
    """
    at = max(now, source.last_at, target.last_at)
    assert posting_instant(source, at) == posting_instant(target, at) == at
    left = let_go(source, newest_for(target.debt), at=at, new_id=source_ids)
    source = apply(source, left)
    arrived = let_go(target, newest_for(source.debt), at=at, new_id=target_ids)
    target = apply(target, arrived)
    lots = sorted(
        (lot for lot in source.lots.values() if lot.remaining), key=lambda lot: lot.eating_order
    )
    if not source.balance:
        return Transfer(source=left, target=arrived, moved={})
    out = _out(Draft(source, at=at, new_id=source_ids), lots, action)
    draft = Draft(inherited(target, source, source_id), at=at, new_id=target_ids)
    step = _in(draft, source, lots, action)
    moved = {lot.id: opened.lot_id for lot, opened in zip(lots, step.opens, strict=True)}
    return Transfer(source=(*left, out), target=(*arrived, step), moved=moved)


def _out(draft: Draft, lots: list[Lot], action: str) -> Step:
    for hold in list(draft.book.holds.values()):
        draft.end_hold(hold, "transferred")
    for lot in lots:
        draft.take(lot, lot.remaining)
    for item in draft.book.open_debts():
        draft.cancel(item, item.open)
    return draft.step("transferred", action, -draft.book.balance)


def _in(draft: Draft, source: Book, lots: list[Lot], action: str) -> Step:
    for lot in lots:
        opened = draft.open_lot(lot.remaining, lot.expires_at, origin=lot)
        draft.set_aside(opened, lot.held)
    for item in source.open_debts():
        draft.owe(item.for_lot, item.open)
    draft.pay_debts(draft.book.open_lots(draft.at))
    return draft.step("transferred", action, source.balance)


def inherited(target: Book, source: Book, source_id: UUID) -> Book:
    """Return the target's book with what a later correction of the source's movements needs.

    The lots that were left behind are there, empty: claims on them are claims still.
    """
    lots = {
        lot.id: replace(lot, remaining=0, held=0, inherited_from=lot.inherited_from or source_id)
        for lot in source.lots.values()
    }
    movements = {
        each.id: replace(each, inherited_from=each.inherited_from or source_id)
        for each in source.movements.values()
    }
    taken = {
        each.id: replace(each, inherited_from=each.inherited_from or source_id)
        for each in source.substitutes.values()
    }
    return replace(
        target,
        lots=target.lots | lots,
        movements=target.movements | movements,
        substitutes=target.substitutes | taken,
        allocations=target.allocations + source.allocations,
    )


def carried_on(source: Book, target: Book, plan: Transfer, source_id: UUID) -> Book:
    """Return the target's book after a transfer: with the source's holds and awards as well."""
    after = apply(inherited(target, apply(source, plan.source), source_id), plan.target).copy()
    for placed in apply(source, plan.source[:-1] if plan.moved else plan.source).holds.values():
        parts = {plan.moved[lot_id]: points for lot_id, points in placed.parts.items()}
        after.holds[placed.id] = replace(placed, parts=parts)
        for lot_id, points in parts.items():
            lot = after.lots[lot_id]
            after.lots[lot_id] = replace(lot, held=lot.held + points)
    after.awards.update(source.awards)
    return after
