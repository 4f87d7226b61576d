"""What becomes of the points of somebody who leaves."""

from datetime import datetime

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.holding import let_go
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.settling import posting_instant
from domain.ledger.plan.steps import Plan

OPT_OUT = "opt_out"


def opt_out(book: Book, *, now: datetime, new_id: NewId) -> Plan:
    """Plan to end what is on hold, the newest hold first, and to let every open lot expire.

    What is owed stays owed.
    """
    at = posting_instant(book, now)
    plan = let_go(book, Book.newest_hold, at=at, new_id=new_id)
    book = apply(book, plan)
    for lot in book.open_lots(at):
        draft = Draft(book, at=at, new_id=new_id)
        draft.take(lot, lot.free)
        draft.count(lot, expired=lot.free)
        step = draft.step("expired", OPT_OUT, -lot.free)
        book = apply(book, (step,))
        plan += (step,)
    return plan
