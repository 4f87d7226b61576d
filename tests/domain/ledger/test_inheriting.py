"""Corrections of what an account did before another carried it on."""

from domain.ledger.survivors import survivor_of
from tests.domain.ledger.chronicle import accounts, because, carry_on, day


async def test_a_later_reversal_posts_on_the_survivor_and_takes_the_points_themselves(
    opened: str,
) -> None:
    one, other = await accounts(2)
    earned = await one.earn(50, lapses=20)
    await other.earn(50, lapses=10)
    await carry_on(one, other)

    verdict = await one.reverse(earned, 50)

    assert verdict.facts["points"] == -50
    assert (await other.story())[-1] == ("reversed", -50)
    assert [e.expires_at for e in (await other.stands()).expiring] == [day(10)]
    # It has been reversed in whole: nothing is left to take.
    assert (await one.reverse(earned, 50)).facts["points"] == 0


async def test_points_given_back_keep_the_expiry_they_had(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(50, lapses=20)
    redeemed = await one.redeem(50)
    await carry_on(one, other)
    assert await other.story() == []

    await one.reimburse(redeemed, 30)
    assert [(e.amount, e.expires_at) for e in (await other.stands()).expiring] == [(30, day(20))]

    one.now = other.now = day(25)
    await one.reimburse(redeemed, 30)
    assert await other.story() == [
        ("reimbursed", 30),
        ("expired", -30),
        ("reimbursed", 20),
        ("expired", -20),
    ]


async def test_what_was_waived_is_found_out_on_the_survivor(opened: str) -> None:
    one, other = await accounts(2, "clamp")
    earned = await one.earn(50)
    redeemed = await one.redeem(50)
    await carry_on(one, other)

    assert (await one.reverse(earned, 50)).facts["points"] == 0
    await one.reimburse(redeemed, 50)

    assert await other.story() == [("reimbursed", 50), ("reversed", -50)]
    assert (await other.stands()).balance == 0


async def test_one_reason_corrects_once_before_and_after(opened: str) -> None:
    one, other = await accounts(2)
    earned = await one.earn(50)
    why = because("refund:7")
    await one.reverse(earned, 20, why)

    await carry_on(one, other)

    assert (await one.reverse(earned, 20, why)).facts["code"] == "already_corrected"


async def test_a_survivor_may_be_carried_on_itself(opened: str) -> None:
    one, other, third = await accounts(3)
    earned = await one.earn(50)
    await carry_on(one, other)
    await other.earn(20)
    await carry_on(other, third)

    await one.reverse(earned, 50)

    assert await survivor_of(one.customer_id) == third.customer_id
    assert await third.story() == [("transferred", 70), ("reversed", -50)]
