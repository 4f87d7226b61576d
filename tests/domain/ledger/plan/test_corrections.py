from datetime import timedelta

import pytest

from domain.ledger.plan import PlanError
from tests.domain.ledger.reference import ReferenceLedger, day


def test_a_reversal_never_takes_more_than_the_earning_gave() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    ledger.earn(50)

    ledger.reverse(earned, 30)
    ledger.reverse(earned, 30)

    assert ledger.posted[-2:] == [("reversed", -30), ("reversed", -20)]
    assert ledger.reverse(earned, 30) == ()


def test_a_reimbursement_never_gives_more_than_the_redemption_took() -> None:
    ledger = ReferenceLedger()
    ledger.earn(50)
    redeemed = ledger.redeem(40)

    ledger.reimburse(redeemed, 30)
    ledger.reimburse(redeemed, 30)

    assert ledger.posted[-2:] == [("reimbursed", 30), ("reimbursed", 10)]
    assert ledger.reimburse(redeemed, 30) == ()


def test_a_reversal_is_not_reversed_and_an_earning_not_reimbursed() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    [reversal] = ledger.reverse(earned, 50)

    with pytest.raises(PlanError):
        ledger.reverse(reversal.movement_id, 50)
    with pytest.raises(PlanError):
        ledger.reimburse(earned, 50)


def test_a_correction_names_the_action_it_corrects() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50, action="daily_login")
    redeemed = ledger.redeem(20, action="lucky_wheel")

    [reimbursement] = ledger.reimburse(redeemed, 20)
    [reversal] = ledger.reverse(earned, 50)

    assert (reimbursement.action, reimbursement.corrects_id) == ("lucky_wheel", redeemed)
    assert (reversal.action, reversal.corrects_id) == ("daily_login", earned)


def test_points_that_come_back_pay_what_another_lot_owes() -> None:
    ledger = ReferenceLedger()
    first = ledger.earn(50, expires_at=day(10))
    ledger.redeem(50)
    second = ledger.earn(50)
    redeemed = ledger.redeem(50)
    ledger.reverse(first, 50)

    [reimbursement] = ledger.reimburse(redeemed, 50)

    assert (reimbursement.amount, reimbursement.debt_delta) == (50, -50)
    assert (ledger.book.balance, ledger.open_lots) == (0, [])
    [taken] = ledger.book.substitutes.values()
    assert taken.in_lot == ledger.book.lot_earned_by(second).id


def test_expired_points_never_pay_what_another_lot_owes() -> None:
    ledger = ReferenceLedger()
    first = ledger.earn(50)
    ledger.redeem(50)
    ledger.earn(50, expires_at=day(10))
    redeemed = ledger.redeem(50)
    ledger.reverse(first, 50)
    ledger.settle(day(10))

    ledger.reimburse(redeemed, 50)

    assert ledger.posted[-2:] == [("reimbursed", 50), ("expired", -50)]
    assert ledger.book.debt == 50


def test_waived_points_come_back_before_those_that_stood_in() -> None:
    ledger = ReferenceLedger(policy="clamp")
    earned = ledger.earn(100)
    redeemed = ledger.redeem(100)
    ledger.earn(30)
    ledger.reverse(earned, 100)

    ledger.reimburse(redeemed, 30)

    assert ledger.posted[-2:] == [("reimbursed", 30), ("reversed", -30)]
    assert ledger.book.balance == 0


def test_waived_points_that_come_back_do_not_pay_a_debt() -> None:
    ledger = ReferenceLedger(policy="clamp")
    earned = ledger.earn(50)
    redeemed = ledger.redeem(50)
    ledger.reverse(earned, 50)
    ledger.policy = "allow_negative"
    ledger.deduct(20)

    ledger.reimburse(redeemed, 50)

    assert ledger.posted[-2:] == [("reimbursed", 50), ("reversed", -50)]
    assert (ledger.book.balance, ledger.book.debt) == (-20, 20)


def test_past_expiry_the_points_that_no_reversal_waits_for_come_back_first() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100, expires_at=day(10))
    redeemed = ledger.redeem(100)
    ledger.settle(day(20))
    ledger.reverse(earned, 50)

    ledger.reimburse(redeemed, 50)
    assert ledger.posted[-2:] == [("reimbursed", 50), ("expired", -50)]
    assert ledger.book.balance == -50

    ledger.reimburse(redeemed, 50)
    assert ledger.posted[-1] == ("reimbursed", 50)
    assert ledger.book.balance == 0


def test_the_lot_that_stood_in_last_gets_its_points_back_first() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(40)
    redeemed = ledger.redeem(40)
    ledger.earn(20, expires_at=day(10))
    late = ledger.earn(20, expires_at=day(50))
    ledger.reverse(earned, 40)
    ledger.settle(day(20))

    ledger.reimburse(redeemed, 20)

    assert ledger.open_lots == [(late, 20)]


def test_a_program_may_give_expired_points_a_grace_period() -> None:
    ledger = ReferenceLedger(grace=timedelta(days=7))
    ledger.earn(100, expires_at=day(10))
    redeemed = ledger.redeem(100)
    ledger.settle(day(20))

    ledger.reimburse(redeemed, 100)
    assert ledger.spendable == 100

    ledger.settle(day(27))
    assert ledger.posted[-1] == ("expired", -100)


def test_a_reversal_finds_its_points_in_their_grace_lot() -> None:
    ledger = ReferenceLedger(grace=timedelta(days=7))
    earned = ledger.earn(100, expires_at=day(10))
    redeemed = ledger.redeem(100)
    ledger.settle(day(20))
    ledger.earn(100, expires_at=day(21))
    ledger.reimburse(redeemed, 100)
    ledger.reverse(earned, 60)
    assert [points for _, points in ledger.open_lots] == [100, 40]

    ledger.settle(day(30))

    assert ledger.reverse(earned, 40) == ()
    assert ledger.book.balance == 0


def test_a_grace_lot_of_a_grace_lot_still_carries_the_first_lot_s_points() -> None:
    ledger = ReferenceLedger(grace=timedelta(days=7))
    earned = ledger.earn(100, expires_at=day(10))
    ledger.settle(day(9))
    first = ledger.redeem(100)
    ledger.settle(day(20))
    ledger.reimburse(first, 100)
    second = ledger.redeem(100)
    ledger.settle(day(40))
    ledger.reimburse(second, 100)
    ledger.settle(day(60))

    assert ledger.posted[-1] == ("expired", -100)
    assert ledger.reverse(earned, 100) == ()


def test_a_reimbursement_relieves_the_newest_reversal_first() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(40)
    redeemed = ledger.redeem(40)
    ledger.earn(10)
    ledger.reverse(earned, 10)
    newer = ledger.earn(10, expires_at=day(1))
    ledger.reverse(earned, 10)
    ledger.reverse(earned, 10)
    ledger.reverse(earned, 10)

    ledger.reimburse(redeemed, 10)
    assert [item.open for item in ledger.book.debts.values()] == [10, 0]

    ledger.reimburse(redeemed, 20)
    assert ledger.open_lots == [(newer, 10)]


def test_a_reversal_takes_from_other_lots_in_the_order_of_eating() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(10)
    ledger.redeem(10)
    late = ledger.earn(10)
    ledger.earn(10, expires_at=day(5))

    ledger.reverse(earned, 10)

    assert ledger.open_lots == [(late, 10)]
