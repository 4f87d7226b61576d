"""The order of a reversal and a reimbursement of the same points never changes the balance."""

from collections.abc import Callable
from copy import copy
from datetime import timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.plan import Kind, Movement, Policy
from tests.domain.ledger.reference import ReferenceLedger

points = st.integers(1, 6).map(lambda tens: tens * 10)
spans = st.integers(1, 30).map(lambda days: timedelta(days=days))
picks = st.integers(0, 5)

# One thing that happens to an account, with its numbers.
Event = tuple[Callable[..., None], tuple[object, ...]]


def _earn(ledger: ReferenceLedger, amount: int, lifetime: timedelta | None) -> None:
    ledger.earn(amount, expires_at=ledger.now + lifetime if lifetime else None)


def _redeem(ledger: ReferenceLedger, amount: int) -> None:
    if (most := min(amount, ledger.spendable)) > 0:
        ledger.redeem(most)


def _wait(ledger: ReferenceLedger, span: timedelta) -> None:
    ledger.settle(ledger.now + span)


def _reverse(ledger: ReferenceLedger, pick: int, amount: int) -> None:
    if earnings := _all(ledger, "earned"):
        ledger.reverse(earnings[pick % len(earnings)].id, amount)


def _reimburse(ledger: ReferenceLedger, pick: int, amount: int) -> None:
    if redemptions := _all(ledger, "redeemed"):
        ledger.reimburse(redemptions[pick % len(redemptions)].id, amount)


def _all(ledger: ReferenceLedger, kind: Kind) -> list[Movement]:
    return [movement for movement in ledger.book.movements.values() if movement.kind == kind]


def _event(
    verb: Callable[..., None], *numbers: st.SearchStrategy[object]
) -> st.SearchStrategy[Event]:
    return st.tuples(st.just(verb), st.tuples(*numbers))


events = st.one_of(
    _event(_earn, points, st.none() | spans),
    _event(_redeem, points.map(lambda amount: amount * 2)),
    _event(_wait, spans),
    _event(_reverse, picks, points),
    _event(_reimburse, picks, points),
)
histories = st.lists(events, min_size=2, max_size=14)


@settings(max_examples=400, deadline=None)
@given(histories, points, points, st.none() | spans)
def test_where_points_may_be_owed(
    history: list[Event], taken: int, given_back: int, grace: timedelta | None
) -> None:
    ledger = _lived(history, "allow_negative", grace)

    for earned, redeemed in product(_all(ledger, "earned"), _all(ledger, "redeemed")):
        if _is_uncorrected(ledger, earned):
            _assert_order_is_nothing(ledger, earned, taken, redeemed, given_back)


@settings(max_examples=400, deadline=None)
@given(histories, points, points, st.none() | spans)
def test_where_points_are_forgiven(
    history: list[Event], taken: int, given_back: int, grace: timedelta | None
) -> None:
    ledger = _lived(history, "clamp", grace)

    for earned, redeemed in product(_all(ledger, "earned"), _all(ledger, "redeemed")):
        # How much is forgiven depends on all that the account has: only the same points compare.
        if _is_uncorrected(ledger, earned) and _took_only(ledger, redeemed, earned):
            _assert_order_is_nothing(ledger, earned, taken, redeemed, given_back)


def _lived(history: list[Event], policy: Policy, grace: timedelta | None) -> ReferenceLedger:
    ledger = ReferenceLedger(policy=policy, grace=grace)
    for verb, numbers in history:
        verb(ledger, *numbers)
    return ledger


def _assert_order_is_nothing(
    ledger: ReferenceLedger, earned: Movement, taken: int, redeemed: Movement, given_back: int
) -> None:
    one, other = copy(ledger), copy(ledger)

    one.reverse(earned.id, taken)
    one.reimburse(redeemed.id, given_back)
    other.reimburse(redeemed.id, given_back)
    other.reverse(earned.id, taken)

    assert one.book.balance == other.book.balance


def _is_uncorrected(ledger: ReferenceLedger, earned: Movement) -> bool:
    lot = ledger.book.lot_earned_by(earned.id)
    return not lot.reversed and not lot.waived


def _took_only(ledger: ReferenceLedger, redeemed: Movement, earned: Movement) -> bool:
    own = {lot.id for lot in ledger.book.family(ledger.book.lot_earned_by(earned.id))}
    rows = [row for row in ledger.book.allocations if row.movement_id == redeemed.id]
    return all(row.lot_id in own for row in rows)
