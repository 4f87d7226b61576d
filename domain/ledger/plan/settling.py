"""What is due on an account, whether or not any job has run."""

from datetime import datetime
from uuid import UUID

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Award, Book, Hold, Lot, PlanError
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.steps import HoldOutcome, Plan, Step

EXPIRY = "expiry"
DISCOUNT = "discount"


def settle(book: Book, *, now: datetime, new_id: NewId) -> Plan:
    """Plan what fell due by now, in the order of the due instants.

    A movement takes effect when it was due, but never before the one that precedes it.
    """
    at = max(now, book.last_at)
    effective_at = book.last_at
    plan: Plan = ()
    while due := _first_due(book, at):
        effective_at = max(effective_at, _order(due)[0])
        draft = Draft(book, at=at, effective_at=effective_at, new_id=new_id)
        step = _done(draft, due)
        book = apply(book, (step,))
        plan += (step,)
    return plan


def posting_instant(book: Book, now: datetime) -> datetime:
    """Return the instant of a posting made now: an account's clock never runs backwards."""
    at = max(now, book.last_at)
    if _first_due(book, at):
        raise PlanError("what is due must be settled first")
    return at


def _done(draft: Draft, due: Lot | Award | Hold) -> Step:
    match due:
        case Hold():
            return end_hold(draft, due, "lapsed")
        case Lot():
            return _expire(draft, due)
    return _mature(draft, due)


def _first_due(book: Book, at: datetime) -> Lot | Award | Hold | None:
    holds = [hold for hold in book.holds.values() if hold.lapses_at <= at]
    lots = [lot for lot in book.lots.values() if lot.free and lot.is_past(at)]
    awards = [award for award in book.awards.values() if award.matures_at <= at]
    overdue: list[Lot | Award | Hold] = [*holds, *lots, *awards]
    return min(overdue, key=_order, default=None)


def _order(due: Lot | Award | Hold) -> tuple[datetime, int, UUID]:
    match due:
        case Hold():
            return due.lapses_at, -1, due.id
        case Lot():
            return due.eating_order[0], 0, due.id
    return due.matures_at, 1, due.id


def end_hold(draft: Draft, hold: Hold, outcome: HoldOutcome) -> Step:
    """A hold that comes to nothing: no points move."""
    draft.end_hold(hold, outcome)
    return draft.step("redeemed", DISCOUNT, 0)


def _expire(draft: Draft, lot: Lot) -> Step:
    draft.take(lot, lot.free)
    draft.count(lot, expired=lot.free)
    return draft.step("expired", EXPIRY, -lot.free)


def _mature(draft: Draft, award: Award) -> Step:
    lot = draft.open_lot(award.amount, award.expires_at)
    draft.pay_debts([lot])
    return draft.step("earned", award.action, award.amount, award_id=award.id)
