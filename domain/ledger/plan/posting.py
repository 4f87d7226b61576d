"""Earning, spending and the manual decrease: postings that correct nothing."""

from datetime import datetime
from typing import Literal

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book, PlanError
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.holding import let_go, newest_for
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.settling import posting_instant, settle
from domain.ledger.plan.steps import Plan

# What becomes of points that are taken back and nowhere to be found: owed, or let go.
Policy = Literal["allow_negative", "clamp"]

MANUAL = "manual_adjustment"


def credit(
    book: Book,
    action: str,
    amount: int,
    *,
    expires_at: datetime | None,
    now: datetime,
    new_id: NewId,
) -> Plan:
    """Plan an earning: open its lot, pay what is owed from it, oldest debt first.

    A lot that is past its expiry when it is opened still pays; what is left expires at once.
    """
    draft = Draft(book, at=posting_instant(book, now), new_id=new_id)
    draft.pay_debts([draft.open_lot(amount, expires_at)])
    plan = (draft.step("earned", action, amount),)
    return plan + settle(apply(book, plan), now=now, new_id=new_id)


def spend(book: Book, action: str, amount: int, *, now: datetime, new_id: NewId) -> Plan:
    """Plan a redemption, soonest expiry first. The caller has looked at `spendable`."""
    draft = Draft(book, at=posting_instant(book, now), new_id=new_id)
    if amount > book.spendable:
        raise PlanError("a redemption of more points than can be spent")
    draft.eat(book.open_lots(draft.at), amount)
    return (draft.step("redeemed", action, -amount),)


def deduct(book: Book, amount: int, *, policy: Policy, now: datetime, new_id: NewId) -> Plan:
    """Plan a manual decrease. It corrects no earning, so what it owes is owed for no lot."""
    at = posting_instant(book, now)
    plan = let_go(book, newest_for(amount), at=at, new_id=new_id)
    draft = Draft(apply(book, plan), at=at, new_id=new_id)
    found = sum(part for _, part in draft.eat(draft.book.open_lots(at), amount))
    taken = found if policy == "clamp" else amount
    draft.owe(None, taken - found)
    return (*plan, draft.step("reversed", MANUAL, -taken)) if taken else plan
