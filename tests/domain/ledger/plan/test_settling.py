from uuid import UUID

import pytest

from domain.ledger.plan import Award, PlanError, reverse, spend
from tests.domain.ledger.reference import ReferenceLedger, day


def _award(number: int, amount: int, *, matures: float, expires: float | None = None) -> Award:
    return Award(
        id=UUID(int=number),
        action="referrer_reward",
        amount=amount,
        matures_at=day(matures),
        expires_at=day(expires) if expires else None,
    )


def test_a_lot_is_spendable_until_the_instant_of_its_expiry() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100, expires_at=day(10))

    ledger.settle(day(9.999))
    assert ledger.spendable == 100

    ledger.settle(day(10))
    assert ledger.spendable == 0


def test_what_was_due_takes_effect_when_it_was_due() -> None:
    ledger = ReferenceLedger()
    ledger.earn(100, expires_at=day(10))

    [expiry] = ledger.settle(day(30))

    assert (expiry.effective_at, expiry.recorded_at) == (day(10), day(30))
    assert ledger.book.last_at == day(30)


def test_at_one_instant_expiry_goes_before_maturity() -> None:
    ledger = ReferenceLedger()
    ledger.promise(_award(1, 50, matures=10))
    ledger.earn(100, expires_at=day(10))

    ledger.settle(day(10))

    assert ledger.posted[1:] == [("expired", -100), ("earned", 50)]


def test_a_maturing_award_pays_debt_before_its_own_lot_expires() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(30)
    ledger.redeem(30)
    ledger.promise(_award(1, 50, matures=5, expires=8))
    ledger.reverse(earned, 30)

    ledger.settle(day(20))

    assert ledger.posted[-2:] == [("earned", 50), ("expired", -20)]
    assert (ledger.book.balance, ledger.book.debt) == (0, 0)


def test_instants_never_run_backwards_when_an_award_matures_past_its_own_expiry() -> None:
    ledger = ReferenceLedger()
    ledger.promise(_award(1, 50, matures=5, expires=3))

    matured, expired = ledger.settle(day(20))

    assert (matured.effective_at, expired.effective_at) == (day(5), day(5))


def test_a_clock_behind_the_account_posts_at_the_account_s_last_instant() -> None:
    ledger = ReferenceLedger()
    ledger.settle(day(10))
    ledger.earn(100)

    ledger.settle(day(9))
    ledger.redeem(40)

    assert [each.effective_at for each in ledger.book.movements.values()] == [day(10), day(10)]


def test_points_that_are_born_expired_expire_at_once() -> None:
    ledger = ReferenceLedger()
    ledger.settle(day(10))

    ledger.earn(100, expires_at=day(9))

    assert ledger.posted == [("earned", 100), ("expired", -100)]
    assert {each.effective_at for each in ledger.book.movements.values()} == {day(10)}


def test_no_decision_is_made_before_what_is_due_is_settled() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(100, expires_at=day(10))
    book, new_id = ledger.book, ledger.new_id

    with pytest.raises(PlanError):
        spend(book, "discount", 10, now=day(10), new_id=new_id)
    with pytest.raises(PlanError):
        reverse(book, earned, 10, policy="clamp", now=day(10), new_id=new_id)
