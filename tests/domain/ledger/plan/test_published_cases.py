"""Cases that other loyalty systems published, product.md 5, by number."""

import pytest

from domain.ledger.plan import PlanError, Policy
from tests.domain.ledger.reference import ReferenceLedger, day


def test_1_a_refund_of_spent_points_leaves_a_debt() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    ledger.redeem(50)

    ledger.reverse(earned, 50)

    assert ledger.book.balance == -50


def test_1_a_refund_takes_what_the_order_gave() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(4995 // 100)

    ledger.reverse(earned, 4995 // 100)

    assert ledger.posted == [("earned", 49), ("reversed", -49)]


def test_2_a_cancelled_order_and_a_refunded_redemption() -> None:
    ledger = ReferenceLedger()
    ledger.earn(50, action="new_account_registration")
    redeemed = ledger.redeem(50)
    order = ledger.earn(21)

    ledger.reverse(order, 21)
    ledger.reimburse(redeemed, 50)

    assert ledger.book.balance == 50


def test_3_every_redemption_is_a_movement_and_spends_once() -> None:
    ledger = ReferenceLedger()
    ledger.earn(106)

    ledger.redeem(50)

    assert ledger.posted == [("earned", 106), ("redeemed", -50)]
    assert ledger.spendable == 56
    with pytest.raises(PlanError):
        ledger.redeem(57)
    ledger.earn(3)
    ledger.earn(56)
    assert ledger.spendable == 115


def test_4_a_redemption_eats_the_lot_that_expires_first() -> None:
    ledger = ReferenceLedger()
    late = ledger.earn(50, expires_at=day(396))
    ledger.earn(50, expires_at=day(365))

    ledger.redeem(70)

    assert ledger.open_lots == [(late, 30)]


def test_4_a_credit_absorbs_the_deficit() -> None:
    ledger = ReferenceLedger()
    ledger.earn(50)
    ledger.deduct(80)
    assert (ledger.book.balance, ledger.book.debt) == (-30, 30)

    ledger.earn(100)

    assert (ledger.book.balance, ledger.book.debt) == (70, 0)


@pytest.mark.parametrize(
    ("policy", "taken", "balance"), [("clamp", 50, 0), ("allow_negative", 150, -100)]
)
def test_4_a_clawback_of_spent_points(policy: Policy, taken: int, balance: int) -> None:
    ledger = ReferenceLedger(policy=policy)
    earned = ledger.earn(150)
    ledger.redeem(100)

    [step] = ledger.reverse(earned, 150)

    assert (step.amount, ledger.book.balance) == (-taken, balance)


def test_4_a_lot_expires_once_by_what_is_left_of_it() -> None:
    ledger = ReferenceLedger()
    ledger.earn(150, expires_at=day(10))
    ledger.redeem(50)

    [expiry] = ledger.settle(day(10))

    assert expiry.amount == -100
    assert ledger.settle(day(11)) == ()


def test_4_what_will_have_expired_by_a_day() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100, expires_at=day(59))
    ledger.earn(200, expires_at=day(181))

    lots = ledger.book.open_lots(ledger.now)

    assert sum(lot.remaining for lot in lots if lot.is_past(day(59))) == 100
    assert sum(lot.remaining for lot in lots if lot.is_past(day(181))) == 300
