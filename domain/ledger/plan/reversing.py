"""Taking an earning back."""

from datetime import datetime
from uuid import UUID

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book, Hold, Lot
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.holding import let_go, newest_for
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

    Holds of its own points are let go, and where what is free elsewhere does not suffice, holds
    of other points too: the newest first.
    """
    at = posting_instant(book, now)

    def in_the_way(book: Book) -> Hold | None:
        lot = book.lot_earned_by(movement_id)
        points, own = min(amount, book.reversible(lot)), book.family(lot)
        if sum(each.free for each in own) < min(points, sum(each.remaining for each in own)):
            return book.newest_hold(own)
        return newest_for(points)(book)

    plan = let_go(book, in_the_way, at=at, new_id=new_id)
    book = apply(book, plan)
    lot = book.lot_earned_by(movement_id)
    if points := min(amount, book.reversible(lot)):
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
