import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.errors import InvalidInput, NotFound
from domain.ids import new_id
from domain.ledger.requests import KeyReused
from tests.domain.ledger.chronicle import STAFF, Chronicle, a_chronicle, because
from tests.factories import a_key


@pytest.fixture
async def account(opened: str) -> Chronicle:
    return await a_chronicle()


async def test_the_same_refund_twice_moves_once(account: Chronicle) -> None:
    earned, redeemed = await account.earn(100), await account.redeem(40)

    takes = [await account.reverse(earned, 10, because("refund:7")) for _ in range(2)]
    gives = [await account.reimburse(redeemed, 10, because("refund:8")) for _ in range(2)]
    mixed = await account.reimburse(redeemed, 10, because("refund:7"))

    assert [v.status for v in (*takes, *gives, mixed)] == [201, 409, 201, 409, 409]
    assert takes[1].facts == {"code": "already_corrected"}
    assert (await account.stands()).balance == 60
    assert len(await account.story()) == 4


async def test_a_refund_that_found_nothing_is_remembered_too(account: Chronicle) -> None:
    account.policy = "clamp"
    earned = await account.earn(50)
    await account.redeem(50)
    await account.reverse(earned, 50, because("refund:7"))
    await account.earn(80)

    again = await account.reverse(earned, 50, because("refund:7"))

    assert again.status == 409
    assert (await account.stands()).balance == 80


async def test_a_repeated_call_gets_its_first_answer(account: Chronicle) -> None:
    earned = await account.earn(100)
    request = a_key(account.customer_id, "call-1")

    first = await account.reverse(earned, 30, because("refund:7"), request=request)
    again = await account.reverse(earned, 30, because("refund:7"), request=request)
    with pytest.raises(KeyReused):
        await account.reverse(earned, 30, request=a_key(account.customer_id, "call-1", "other"))

    assert (again.status, again.facts, again.replayed) == (201, first.facts, True)
    assert first.facts["points"] == -30
    assert (await account.stands()).balance == 70


async def test_a_refusal_is_repeated_alike(account: Chronicle) -> None:
    earned = await account.earn(100)
    await account.reverse(earned, 30, because("refund:7"))
    request = a_key(account.customer_id, "call-2")

    first = await account.reverse(earned, 30, because("refund:7"), request=request)
    again = await account.reverse(earned, 30, because("refund:7"), request=request)

    assert (first.status, first.facts["code"]) == (409, "already_corrected")
    assert (again.status, again.facts, again.replayed) == (409, first.facts, True)


async def test_only_an_own_earning_is_reversed_and_only_an_own_redemption_given_back(
    account: Chronicle,
) -> None:
    other = await a_chronicle()
    foreign_earning, foreign_redemption = await other.earn(100), await other.redeem(10)
    earned, redeemed = await account.earn(100), await account.redeem(10)
    reversal = (await account.reverse(earned, 5)).facts["movement_id"]
    gift_back = (await account.reimburse(redeemed, 5)).facts["movement_id"]
    before = await account.story()

    for movement in (foreign_earning, redeemed, UUID(reversal), UUID(gift_back), new_id()):
        with pytest.raises(NotFound):
            await account.reverse(movement, 5)
    for movement in (foreign_redemption, earned, UUID(reversal), UUID(gift_back), new_id()):
        with pytest.raises(NotFound):
            await account.reimburse(movement, 5)

    assert await account.story() == before
    assert await other.story() == [("earned", 100), ("redeemed", -10)]


@pytest.mark.parametrize("points", [0, -1, 10**9 + 1, 2**63])
async def test_points_that_no_movement_can_carry_are_refused(
    account: Chronicle, points: int
) -> None:
    earned = await account.earn(100)

    with pytest.raises(InvalidInput):
        await account.reverse(earned, points)
    with pytest.raises(InvalidInput):
        await account.deduct(points)

    assert await account.story() == [("earned", 100)]


async def test_no_more_is_given_back_than_was_taken(account: Chronicle) -> None:
    earned, redeemed = await account.earn(100), await account.redeem(40)

    taken = [(await account.reverse(earned, 70)).facts["points"] for _ in range(3)]
    given = [(await account.reimburse(redeemed, 30)).facts["points"] for _ in range(3)]

    assert (taken, given) == ([-70, -30, 0], [30, 10, 0])
    assert (await account.stands()).balance == 0


async def test_forty_racing_reversals_take_no_more_than_was_earned(account: Chronicle) -> None:
    earned = await account.earn(100)
    await account.earn(100)

    verdicts = await asyncio.gather(*(account.reverse(earned, 7) for _ in range(40)))

    points = sorted(v.facts["points"] for v in verdicts)
    assert points == [-7] * 14 + [-2] + [0] * 25
    assert (await account.stands()).balance == 100
    assert sum(amount for kind, amount in await account.story() if kind == "reversed") == -100


async def test_the_same_refund_sent_forty_times_at_once_moves_once(account: Chronicle) -> None:
    earned = await account.earn(100)

    verdicts = await asyncio.gather(
        *(account.reverse(earned, 7, because("refund:7")) for _ in range(40))
    )

    assert sorted(v.status for v in verdicts) == [201] + [409] * 39
    assert (await account.stands()).balance == 93


async def test_corrections_of_every_kind_at_once_leave_sound_books(account: Chronicle) -> None:
    earned = await account.earn(100)
    redeemed = await account.redeem(60)

    await asyncio.gather(
        *(account.reverse(earned, 9) for _ in range(12)),
        *(account.reimburse(redeemed, 9) for _ in range(8)),
        *(account.deduct(3) for _ in range(6)),
    )

    assert (await account.stands()).balance == 100 - 60 - 100 + 60 - 18
    assert len(await account.story()) == 2 + 12 + 7 + 6


async def test_points_come_back_for_a_grace_period_if_the_program_gives_one(
    account: Chronicle,
) -> None:
    await account.earn(100, lapses=10)
    redeemed = await account.redeem(100)
    await account.on(20)

    await account.reimburse(redeemed, 60, grace=timedelta(days=5))

    stands = await account.stands()
    assert (stands.balance, [e.expires_at for e in stands.expiring]) == (
        60,
        [account.now + timedelta(days=5)],
    )
    assert (await account.on(25)).balance == 0
    assert (await account.story())[-2:] == [("reimbursed", 60), ("expired", -60)]


async def test_a_deduction_by_hand_says_who_and_why(account: Chronicle) -> None:
    await account.earn(100)

    verdict = await account.deduct(30)

    assert (verdict.facts["points"], verdict.facts["balance"]) == (-30, 70)
    assert await account.story() == [("earned", 100), ("reversed", -30)]
    for nameless in (
        because(reason="none of staff"),
        because(actor=STAFF),
        because(actor=STAFF, approver=STAFF, reason="approved by oneself"),
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await account.deduct(1, nameless)


async def test_a_deduction_takes_what_is_there_if_the_program_clamps(account: Chronicle) -> None:
    account.policy = "clamp"
    await account.earn(20)

    taken = [(await account.deduct(30)).facts["points"] for _ in range(2)]

    assert taken == [-20, 0]
    assert (await account.stands()).debt == 0


async def test_a_correction_settles_first(account: Chronicle) -> None:
    earned = await account.earn(100, lapses=10)
    account.now += timedelta(days=11)

    verdict = await account.reverse(earned, 100)

    assert verdict.facts["points"] == 0
    assert await account.story() == [("earned", 100), ("expired", -100)]


async def test_a_correction_of_an_account_that_is_not_there_is_refused(opened: str) -> None:
    nobody = Chronicle(new_id())

    with pytest.raises(NotFound):
        await nobody.reverse(new_id(), 1)
    with pytest.raises(NotFound):
        await nobody.deduct(1)
