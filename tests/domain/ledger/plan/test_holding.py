from datetime import timedelta

import pytest

from domain.ledger.plan import PlanError
from tests.domain.ledger.reference import ReferenceLedger, day

MINUTE = timedelta(minutes=1)


def test_held_points_are_neither_spent_nor_expired() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100, expires_at=day(10))
    lot = ledger.book.lot_earned_by(earned)
    ledger.settle(day(10) - MINUTE)
    ledger.hold(30)
    assert ledger.spendable == 70

    ledger.redeem(50)
    ledger.settle(day(10))

    assert ledger.posted[1:] == [("redeemed", -50), ("expired", -20)]
    assert ledger.book.lots[lot.id].remaining == 30


def test_a_hold_takes_what_expires_first_and_no_more_than_there_is() -> None:
    ledger = ReferenceLedger()
    late = ledger.earn(50)
    soon = ledger.earn(50, expires_at=day(1))

    ledger.hold(70)

    held = {lot.movement_id: lot.held for lot in ledger.book.lots.values()}
    assert held == {soon: 50, late: 20}
    with pytest.raises(PlanError):
        ledger.hold(31)


def test_a_capture_spends_what_is_on_hold_though_its_time_is_over() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100, expires_at=day(0) + 5 * MINUTE)
    hold = ledger.hold(60)
    ledger.settle(day(0) + 10 * MINUTE)
    assert ledger.book.balance == 60

    step = ledger.capture(hold)

    assert (step.kind, step.action, step.amount) == ("redeemed", "discount", -60)
    assert ledger.posted[1:] == [("expired", -40), ("redeemed", -60)]


def test_what_a_capture_leaves_is_let_go_and_expires_at_once() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100, expires_at=day(0) + 5 * MINUTE)
    hold = ledger.hold(60)
    ledger.settle(day(0) + 10 * MINUTE)

    ledger.capture(hold, 25)

    assert ledger.posted[2:] == [("redeemed", -25), ("expired", -35)]


def test_a_release_past_expiry_expires_at_the_instant_of_the_release() -> None:
    ledger = ReferenceLedger()
    ledger.earn(60, expires_at=day(0) + 5 * MINUTE)
    hold = ledger.hold(60)
    ledger.settle(day(0) + 10 * MINUTE)

    [_, expired] = ledger.release(hold)

    assert (expired.kind, expired.amount) == ("expired", -60)
    assert expired.effective_at == day(0) + 10 * MINUTE


def test_a_hold_lapses_by_itself_and_its_points_expire_when_it_does() -> None:
    ledger = ReferenceLedger()
    ledger.earn(60, expires_at=day(0) + 5 * MINUTE)
    ledger.hold(60, lasts=7 * MINUTE)

    [lapse, expired] = ledger.settle(day(1))

    assert [(end.outcome, lapse.amount) for end in lapse.holds] == [("lapsed", 0)]
    assert (expired.amount, expired.effective_at) == (-60, day(0) + 7 * MINUTE)
    assert ledger.book.holds == {}


def test_a_hold_that_lapses_as_its_points_expire_leaves_one_expiry() -> None:
    ledger = ReferenceLedger()
    ledger.earn(60, expires_at=day(0) + 5 * MINUTE)
    ledger.hold(20, lasts=5 * MINUTE)

    ledger.settle(day(1))

    assert ledger.posted[1:] == [("expired", -60)]


def test_a_reversal_leaves_holds_alone_while_there_are_other_points() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    ledger.earn(50, expires_at=day(5))
    ledger.hold(50)

    ledger.reverse(earned, 50)

    assert (ledger.book.balance, ledger.spendable) == (50, 0)


def test_a_reversal_takes_its_own_points_though_they_are_on_hold() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50, expires_at=day(5))
    other = ledger.earn(90)
    ledger.hold(30)
    ledger.settle(day(0) + MINUTE)
    elsewhere = ledger.hold(40)

    ledger.reverse(earned, 30)

    assert ledger.open_lots == [(earned, 20), (other, 90)]
    assert ledger.book.holds == {}
    assert elsewhere


def test_a_reversal_that_needs_held_points_ends_the_newest_hold_first() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100)
    older = ledger.hold(40)
    ledger.settle(day(0) + MINUTE)
    newer = ledger.hold(40)

    plan = ledger.reverse(earned, 30)

    assert [(end.hold_id, end.outcome) for step in plan for end in step.holds] == [(newer, "taken")]
    assert list(ledger.book.holds) == [older]
    assert (ledger.book.balance, ledger.spendable, ledger.book.debt) == (70, 30, 0)


def test_a_reversal_owes_only_what_is_not_on_hold_either() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100)
    ledger.redeem(30)
    ledger.hold(70)

    ledger.reverse(earned, 100)

    assert (ledger.book.balance, ledger.book.debt) == (-30, 30)
    assert ledger.book.holds == {}


def test_points_whose_time_is_over_expire_rather_than_be_reversed() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(60, expires_at=day(0) + 5 * MINUTE)
    ledger.hold(60)
    ledger.settle(day(0) + 10 * MINUTE)

    ledger.reverse(earned, 60)

    assert ledger.posted[1:] == [("expired", -60)]
    assert ledger.book.debt == 0


def test_a_manual_decrease_ends_holds_before_it_owes() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100)
    ledger.hold(100)

    ledger.deduct(120)

    assert (ledger.book.balance, ledger.book.debt) == (-20, 20)
    assert ledger.book.holds == {}


def test_no_more_is_captured_than_was_held() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100)
    hold = ledger.hold(50)

    with pytest.raises(PlanError):
        ledger.capture(hold, 51)
