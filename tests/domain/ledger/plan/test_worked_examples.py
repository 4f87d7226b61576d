"""The seven worked examples of ledger.md 2, by number."""

from tests.domain.ledger.reference import ReferenceLedger, day


def test_1_a_reversal_takes_what_was_spent_but_not_what_expired() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100, expires_at=day(10))
    redeemed = ledger.redeem(30)
    ledger.settle(day(10))
    assert ledger.posted[-1] == ("expired", -70)

    ledger.reverse(earned, 100)
    assert (ledger.book.balance, ledger.book.debt) == (-30, 30)

    ledger.reimburse(redeemed, 30)
    assert (ledger.book.balance, ledger.book.debt) == (0, 0)
    assert ledger.open_lots == []


def test_2_points_come_back_to_the_lot_that_stood_in() -> None:
    ledger = ReferenceLedger()
    first = ledger.earn(100, expires_at=day(10))
    second = ledger.earn(100, expires_at=day(50))
    redeemed = ledger.redeem(100)
    ledger.settle(day(1))
    ledger.reverse(first, 100)
    assert ledger.book.balance == 0

    ledger.settle(day(20))
    ledger.reimburse(redeemed, 100)

    assert ledger.book.balance == 100
    assert ledger.open_lots == [(second, 100)]


def test_3_the_other_order_ends_alike() -> None:
    ledger = ReferenceLedger()
    first = ledger.earn(100, expires_at=day(10))
    second = ledger.earn(100, expires_at=day(50))
    redeemed = ledger.redeem(100)
    ledger.settle(day(20))
    ledger.reimburse(redeemed, 100)
    assert ledger.posted[-2:] == [("reimbursed", 100), ("expired", -100)]
    assert ledger.book.balance == 100

    assert ledger.reverse(first, 100) == ()

    assert ledger.book.balance == 100
    assert ledger.open_lots == [(second, 100)]


def test_4_a_lot_that_paid_for_another_gets_the_points_back() -> None:
    ledger = ReferenceLedger()
    first = ledger.earn(50, expires_at=day(100))
    redeemed = ledger.redeem(50)
    ledger.reverse(first, 50)
    assert ledger.book.balance == -50
    second = ledger.earn(80, expires_at=day(30))
    assert ledger.book.balance == 30

    ledger.reimburse(redeemed, 50)

    assert ledger.book.balance == 80
    assert ledger.open_lots == [(second, 80)]


def test_5_what_was_waived_is_reversed_again() -> None:
    ledger = ReferenceLedger(policy="clamp")
    earned = ledger.earn(50)
    redeemed = ledger.redeem(50)
    [nothing] = ledger.reverse(earned, 50)
    assert (nothing.amount, ledger.book.balance) == (0, 0)
    assert ledger.book.lot_earned_by(earned).waived == 50

    ledger.reimburse(redeemed, 50)

    assert ledger.posted[-2:] == [("reimbursed", 50), ("reversed", -50)]
    assert ledger.book.balance == 0
    assert ledger.open_lots == []
    lot = ledger.book.lot_earned_by(earned)
    assert (lot.waived, lot.reversed) == (0, 50)


def test_6_the_last_points_taken_come_back_first() -> None:
    ledger = ReferenceLedger()
    first = ledger.earn(60, expires_at=day(10))
    second = ledger.earn(60, expires_at=day(20))
    redeemed = ledger.redeem(90)
    assert ledger.open_lots == [(second, 30)]

    ledger.reimburse(redeemed, 40)
    assert ledger.open_lots == [(first, 10), (second, 60)]

    ledger.settle(day(10))
    assert ledger.posted[-1] == ("expired", -10)
    assert ledger.book.balance == 60

    ledger.reimburse(redeemed, 50)
    assert ledger.posted[-2:] == [("reimbursed", 50), ("expired", -50)]
    assert ledger.book.balance == 60


def test_7_two_partial_reversals_take_no_more_than_did_not_expire() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100, expires_at=day(10))
    redeemed = ledger.redeem(40)
    ledger.settle(day(10))
    assert ledger.posted[-1] == ("expired", -60)

    ledger.reverse(earned, 50)
    assert ledger.book.balance == -40
    assert ledger.reverse(earned, 50) == ()
    later = ledger.earn(30, expires_at=day(40))
    assert ledger.book.balance == -10

    ledger.reimburse(redeemed, 40)

    assert (ledger.book.balance, ledger.book.debt) == (30, 0)
    assert ledger.open_lots == [(later, 30)]
