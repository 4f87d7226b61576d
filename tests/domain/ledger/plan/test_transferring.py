from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger.plan import Award, Policy
from tests.domain.ledger.reference import ReferenceLedger, day

MINUTE = timedelta(minutes=1)


def _two(policy: Policy = "allow_negative") -> tuple[ReferenceLedger, ReferenceLedger]:
    return ReferenceLedger(UUID(int=1), policy=policy), ReferenceLedger(UUID(int=2), policy=policy)


def test_50_and_100_make_150() -> None:
    # mautic/mautic#5964 showed 200, then 100.
    one, other = _two()
    one.earn(50)
    other.earn(100)

    assert other.absorb(one) == 50

    assert (one.book.balance, other.book.balance) == (0, 150)
    assert one.posted[-1] == ("transferred", -50)
    assert other.posted[-1] == ("transferred", 50)


def test_each_lot_arrives_with_its_rest_and_its_expiry() -> None:
    one, other = _two()
    one.earn(50, expires_at=day(10))
    one.earn(70, expires_at=day(20))
    one.earn(30)
    one.redeem(60)

    other.absorb(one)

    arrived = [(lot.remaining, lot.expires_at) for lot in other.book.open_lots(day(0))]
    assert arrived == [(60, day(20)), (30, None)]


def test_lots_that_end_together_are_eaten_in_the_order_they_had() -> None:
    one, other = _two()
    for points in (10, 20, 30, 40):
        one.earn(points)

    other.absorb(one)
    other.redeem(25)

    assert [points for _, points in other.open_lots] == [5, 30, 40]


def test_an_empty_account_moves_nothing() -> None:
    one, other = _two()
    one.earn(50)
    one.redeem(50)

    assert other.absorb(one) == 0
    assert other.posted == []


def test_a_debt_moves_and_is_paid_at_once_from_what_is_there() -> None:
    one, other = _two()
    earned = one.earn(50)
    one.redeem(50)
    one.reverse(earned, 50)
    other.earn(30)

    assert other.absorb(one) == -50

    assert (one.book.balance, one.book.debt) == (0, 0)
    assert (other.book.balance, other.book.debt) == (-20, 20)


def test_points_that_arrive_pay_what_was_owed() -> None:
    one, other = _two()
    one.earn(80)
    earned = other.earn(50)
    other.redeem(50)
    other.reverse(earned, 50)

    other.absorb(one)

    assert (other.book.balance, other.book.debt) == (30, 0)


def test_points_on_hold_pay_a_debt_that_arrives_and_the_hold_ends() -> None:
    one, other = _two()
    earned = one.earn(50)
    one.redeem(50)
    one.reverse(earned, 50)
    other.earn(80)
    other.hold(60)

    other.absorb(one)

    assert (other.book.balance, other.spendable, other.book.holds) == (30, 30, {})


def test_a_hold_moves_and_is_captured_there() -> None:
    one, other = _two()
    one.earn(80, expires_at=day(0) + 5 * MINUTE)
    hold = one.hold(60)
    one.settle(day(0) + 6 * MINUTE)
    other.settle(day(0) + 6 * MINUTE)

    other.absorb(one)
    assert (other.book.balance, other.spendable) == (60, 0)

    other.capture(hold)
    assert other.book.balance == 0


def test_a_promise_is_kept_to_whoever_carries_the_account_on() -> None:
    one, other = _two()
    one.promise(Award(id=UUID(int=9), action="purchase", amount=40, matures_at=day(3)))

    other.absorb(one)
    one.settle(day(3))
    other.settle(day(3))

    assert (one.book.balance, other.book.balance) == (0, 40)


def test_a_later_reversal_takes_the_very_points_that_were_earned() -> None:
    one, other = _two()
    earned = one.earn(50, expires_at=day(20))
    other.earn(50, expires_at=day(10))
    other.absorb(one)

    other.reverse(earned, 50)

    assert [(lot.remaining, lot.expires_at) for lot in other.book.open_lots(day(0))] == [
        (50, day(10))
    ]


def test_points_given_back_after_a_transfer_keep_the_expiry_they_had() -> None:
    one, other = _two()
    one.earn(50, expires_at=day(20))
    redeemed = one.redeem(50)
    other.absorb(one)

    other.reimburse(redeemed, 30)

    assert [(lot.remaining, lot.expires_at) for lot in other.book.open_lots(day(0))] == [
        (30, day(20))
    ]
    other.settle(day(25))
    other.reimburse(redeemed, 20)
    assert other.posted[-2:] == [("reimbursed", 20), ("expired", -20)]


def test_worked_example_1_goes_on_in_another_account() -> None:
    one, other = _two()
    earned = one.earn(100, expires_at=day(10))
    redeemed = one.redeem(30)
    one.settle(day(10))
    one.reverse(earned, 100)
    assert one.book.balance == -30
    other.settle(day(10))

    other.absorb(one)
    assert (other.book.balance, other.book.debt) == (-30, 30)

    other.reimburse(redeemed, 30)
    assert (other.book.balance, other.book.debt) == (0, 0)


def test_an_account_may_be_carried_on_by_one_that_is_carried_on_itself() -> None:
    one, other = _two()
    third = ReferenceLedger(UUID(int=3))
    earned = one.earn(50)
    other.absorb(one)
    other.earn(20)
    third.absorb(other)

    third.reverse(earned, 50)

    assert third.book.balance == 20
    assert third.book.movements[earned].inherited_from == UUID(int=1)


_acts = st.lists(
    st.tuples(
        st.sampled_from(["earn", "redeem", "reverse", "reimburse", "wait"]),
        st.integers(1, 9),
        st.integers(0, 5),
    ),
    min_size=2,
    max_size=12,
)


def _live(ledger: ReferenceLedger, acts: list[tuple[str, int, int]], first: int = 1) -> None:
    for number, (act, points, pick) in enumerate(acts, start=first):
        earned = [m.id for m in ledger.book.movements.values() if m.kind == "earned"]
        redeemed = [m.id for m in ledger.book.movements.values() if m.kind == "redeemed"]
        if act == "wait":
            ledger.settle(ledger.now + timedelta(days=pick))
        elif act == "earn":
            # No two lots end together: of those that do, the one that was opened first is eaten
            # first, and points that come back after a transfer open a lot.
            ledger.earn(points, expires_at=ledger.now + timedelta(days=pick, seconds=number))
        elif act == "redeem" and (most := min(points, ledger.spendable)) > 0:
            ledger.redeem(most)
        elif act == "reverse" and earned:
            ledger.reverse(earned[pick % len(earned)], points)
        elif act == "reimburse" and redeemed:
            ledger.reimburse(redeemed[pick % len(redeemed)], points)


@settings(max_examples=300, deadline=None)
@given(before=_acts, after=_acts, policy=st.sampled_from(["allow_negative", "clamp"]))
def test_a_life_comes_to_the_same_in_one_account_and_carried_on_by_an_empty_one(
    before: list[tuple[str, int, int]], after: list[tuple[str, int, int]], policy: Policy
) -> None:
    alone, _ = _two(policy)
    one, other = _two(policy)
    _live(alone, before)
    _live(one, before)
    other.settle(one.now)
    other.absorb(one)

    _live(alone, after, 100)
    _live(other, after, 100)

    assert (other.book.balance, other.book.debt) == (alone.book.balance, alone.book.debt)
    assert _rests(other) == _rests(alone)


def _rests(ledger: ReferenceLedger) -> dict[object, int]:
    """Say how many points are left by expiry."""
    rests: dict[object, int] = {}
    for lot in ledger.book.open_lots(ledger.now):
        rests[lot.expires_at] = rests.get(lot.expires_at, 0) + lot.remaining
    return rests
