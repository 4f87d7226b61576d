"""Taking an earning back."""

from datetime import datetime
from uuid import UUID

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book, Lot
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.holding import let_go
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.posting import Policy
from domain.ledger.plan.settling import posting_instant
from domain.ledger.plan.steps import Plan, Step


def reverse(
    book: Book,
    movement_id: UUID,
    amount: int,
    *,
    policy: Policy,
    now: datetime,
    new_id: NewId,
) -> Plan:
    """Plan to take back up to `amount` of an earning: never more than it gave, and never
    points of it that have expired. Nothing to take is an empty plan.

    Where what is free does not suffice, the newest holds are let go.
    """
    at = posting_instant(book, now)

    def wanted(book: Book) -> int:
        return min(amount, book.reversible(book.lot_earned_by(movement_id)))

    plan = let_go(book, wanted, at=at, new_id=new_id)
    book = apply(book, plan)
    lot, points = book.lot_earned_by(movement_id), wanted(book)
    if points:
        plan += (reversal(book, lot, points, policy=policy, at=at, new_id=new_id),)
    return plan


def reversal(
    book: Book, lot: Lot, points: int, *, policy: Policy, at: datetime, new_id: NewId
) -> Step:
    """Take the points from the lot itself, then from other lots on its behalf; the rest is
    owed for it, or waived."""
    earning = book.movements[lot.movement_id]
    draft = Draft(book, at=at, new_id=new_id)
    own = book.family(lot)
    others = [other for other in book.open_lots(at) if other not in own]
    missing = points - sum(part for _, part in draft.eat(own, points))
    for other, part in draft.eat(others, missing):
        draft.substitute(lot.id, other.id, part)
        missing -= part
    if policy == "clamp":
        draft.count(lot, reversed=points - missing, waived=missing)
        return draft.step("reversed", earning.action, missing - points, corrects_id=earning.id)
    draft.owe(lot.id, missing)
    draft.count(lot, reversed=points)
    return draft.step("reversed", earning.action, -points, corrects_id=earning.id)
