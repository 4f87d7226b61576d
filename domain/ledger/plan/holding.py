"""Points on hold: set aside for a moment, then spent, or let go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book, Hold, PlanError
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.settling import DISCOUNT, end_hold, posting_instant, settle
from domain.ledger.plan.steps import HoldOutcome, Plan


def hold(book: Book, hold_id: UUID, points: int, *, lapses_at: datetime, now: datetime) -> Hold:
    """Choose the points to set aside, soonest expiry first. The caller has looked at `spendable`."""
    at, parts = posting_instant(book, now), {}
    if not 0 < points <= book.spendable:
        raise PlanError("a hold of more points than can be spent")
    for lot in book.open_lots(at):
        if part := min(lot.free, points):
            parts[lot.id] = part
            points -= part
    return Hold(id=hold_id, created_at=at, lapses_at=lapses_at, parts=parts)


def with_hold(book: Book, placed: Hold) -> Book:
    """Return the book with these points set aside."""
    after = book.copy()
    for lot_id, points in placed.parts.items():
        lot = after.lots[lot_id]
        after.lots[lot_id] = replace(lot, held=lot.held + points)
    after.holds[placed.id] = placed
    return replace(after, last_at=max(book.last_at, placed.created_at))


def capture(book: Book, hold_id: UUID, points: int, *, now: datetime, new_id: NewId) -> Plan:
    """Plan to spend what is on hold, or a part of it; what is left is let go, and expires at once
    if its time is over."""
    placed = book.holds[hold_id]
    draft = Draft(book, at=posting_instant(book, now), new_id=new_id)
    if not 0 < points <= placed.points:
        raise PlanError("a capture of more points than are on hold")
    draft.end_hold(placed, "captured")
    lots = sorted((book.lots[id_] for id_ in placed.parts), key=lambda lot: lot.eating_order)
    left = points
    for lot in lots:
        part = min(placed.parts[lot.id], left)
        draft.take(lot, part)
        left -= part
    plan: Plan = (draft.step("redeemed", DISCOUNT, -points),)
    return plan + settle(apply(book, plan), now=now, new_id=new_id)


def release(
    book: Book, hold_id: UUID, *, now: datetime, new_id: NewId, outcome: HoldOutcome = "released"
) -> Plan:
    """Plan to let go of a hold: points whose time is over expire at once."""
    draft = Draft(book, at=posting_instant(book, now), new_id=new_id)
    plan: Plan = (end_hold(draft, book.holds[hold_id], outcome),)
    return plan + settle(apply(book, plan), now=now, new_id=new_id)


def let_go(
    book: Book, in_the_way: Callable[[Book], Hold | None], *, at: datetime, new_id: NewId
) -> Plan:
    """Plan to let go of one hold after the other, as long as one is in the way."""
    plan: Plan = ()
    while placed := in_the_way(book):
        part = release(book, placed.id, now=at, new_id=new_id, outcome="taken")
        book = apply(book, part)
        plan += part
    return plan


def newest_for(points: int) -> Callable[[Book], Hold | None]:
    """Name the newest hold as long as fewer points than these are free."""
    return lambda book: book.newest_hold() if book.spendable < points else None
