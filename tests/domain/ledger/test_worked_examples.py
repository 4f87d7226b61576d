"""The worked examples of the ledger and what other systems published, through the real verbs."""

from uuid import UUID

import pytest

from domain.ledger.plan import Policy
from tests.domain.ledger.chronicle import Chronicle, a_chronicle


@pytest.fixture
async def account(opened: str) -> Chronicle:
    return await a_chronicle()


async def test_1_a_reversal_takes_what_was_spent_but_not_what_expired(account: Chronicle) -> None:
    earned = await account.earn(100, lapses=10)
    redeemed = await account.redeem(30)
    await account.on(10)

    await account.reverse(earned, 100)
    owing = await account.stands()
    await account.reimburse(redeemed, 30)

    assert (owing.balance, owing.debt) == (-30, 30)
    assert ((await account.stands()).balance, (await account.stands()).debt) == (0, 0)
    assert (await account.story())[2:4] == [("expired", -70), ("reversed", -30)]


async def test_2_points_come_back_to_the_lot_that_stood_in(account: Chronicle) -> None:
    first = await account.earn(100, lapses=10)
    second = await account.earn(100, lapses=50)
    redeemed = await account.redeem(100)
    await account.on(1)
    await account.reverse(first, 100)
    assert (await account.stands()).balance == 0

    await account.on(20)
    await account.reimburse(redeemed, 100)

    assert (await account.stands()).balance == 100
    assert await account.open_lots() == [(second, 100)]


async def test_3_the_other_order_ends_alike(account: Chronicle) -> None:
    first = await account.earn(100, lapses=10)
    second = await account.earn(100, lapses=50)
    redeemed = await account.redeem(100)
    await account.on(20)
    await account.reimburse(redeemed, 100)

    nothing = await account.reverse(first, 100)

    assert (nothing.status, nothing.facts["outcome"], nothing.facts["points"]) == (
        201,
        "nothing",
        0,
    )
    assert (await account.story())[3:] == [("reimbursed", 100), ("expired", -100)]
    assert (await account.stands()).balance == 100
    assert await account.open_lots() == [(second, 100)]


async def test_4_a_lot_that_paid_for_another_gets_the_points_back(account: Chronicle) -> None:
    first = await account.earn(50, lapses=100)
    redeemed = await account.redeem(50)
    await account.reverse(first, 50)
    assert (await account.stands()).balance == -50
    second = await account.earn(80, lapses=30)
    assert (await account.stands()).balance == 30

    await account.reimburse(redeemed, 50)

    assert (await account.stands()).balance == 80
    assert await account.open_lots() == [(second, 80)]


async def test_5_what_was_waived_is_reversed_again(account: Chronicle) -> None:
    account.policy = "clamp"
    earned = await account.earn(50)
    redeemed = await account.redeem(50)
    nothing = await account.reverse(earned, 50)

    await account.reimburse(redeemed, 50)

    assert nothing.facts["points"] == 0
    assert (await account.story())[2:] == [("reimbursed", 50), ("reversed", -50)]
    assert (await account.stands()).balance == 0


async def test_6_the_last_points_taken_come_back_first(account: Chronicle) -> None:
    first = await account.earn(60, lapses=10)
    second = await account.earn(60, lapses=20)
    redeemed = await account.redeem(90)

    await account.reimburse(redeemed, 40)
    assert await account.open_lots() == [(first, 10), (second, 60)]
    assert (await account.on(10)).balance == 60
    await account.reimburse(redeemed, 50)

    assert (await account.story())[-3:] == [("expired", -10), ("reimbursed", 50), ("expired", -50)]
    assert (await account.stands()).balance == 60


async def test_7_two_partial_reversals_take_no_more_than_did_not_expire(
    account: Chronicle,
) -> None:
    earned = await account.earn(100, lapses=10)
    redeemed = await account.redeem(40)
    await account.on(10)

    taken = [(await account.reverse(earned, 50)).facts["points"] for _ in range(2)]
    assert (taken, (await account.stands()).balance) == ([-40, 0], -40)
    later = await account.earn(30, lapses=40)
    assert (await account.stands()).balance == -10
    await account.reimburse(redeemed, 40)

    stands = await account.stands()
    assert (stands.balance, stands.debt) == (30, 0)
    assert await account.open_lots() == [(later, 30)]
    assert ("expired", -60) in await account.story()


async def test_yotpo_a_refund_of_spent_points_leaves_a_debt(account: Chronicle) -> None:
    earned = await account.earn(50)
    await account.redeem(50)

    await account.reverse(earned, 50)

    assert (await account.stands()).balance == -50
    assert await account.story() == [("earned", 50), ("redeemed", -50), ("reversed", -50)]


async def test_nopcommerce_a_cancelled_order_and_a_refunded_redemption(account: Chronicle) -> None:
    await account.earn(50, action="new_account_registration")
    redeemed = await account.redeem(50)
    order = await account.earn(21)

    await account.reverse(order, 21)
    await account.reimburse(redeemed, 50)

    assert (await account.stands()).balance == 50
    assert [amount for _, amount in await account.story()] == [50, -50, 21, -21, 50]


async def test_erpnext_every_redemption_is_a_movement_and_spends_once(account: Chronicle) -> None:
    await account.earn(106)
    await account.redeem(50)
    await account.earn(3)
    await account.earn(56)

    assert await account.story() == [
        ("earned", 106),
        ("redeemed", -50),
        ("earned", 3),
        ("earned", 56),
    ]
    assert (await account.stands()).spendable == 115


async def test_setono_a_redemption_eats_the_lot_that_expires_first(account: Chronicle) -> None:
    late = await account.earn(50, lapses=396)
    await account.earn(50, lapses=365)

    await account.redeem(70)

    assert await account.open_lots() == [(late, 30)]


async def test_setono_a_credit_absorbs_the_deficit(account: Chronicle) -> None:
    await account.earn(50)
    await account.deduct(80)
    owing = await account.stands()

    await account.earn(100)

    assert (owing.balance, owing.debt) == (-30, 30)
    assert ((await account.stands()).balance, (await account.stands()).debt) == (70, 0)


@pytest.mark.parametrize(
    ("policy", "taken", "balance"), [("clamp", -50, 0), ("allow_negative", -150, -100)]
)
async def test_setono_a_clawback_of_spent_points(
    account: Chronicle, policy: Policy, taken: int, balance: int
) -> None:
    account.policy = policy
    earned: UUID = await account.earn(150)
    await account.redeem(100)

    verdict = await account.reverse(earned, 150)

    assert (verdict.facts["points"], verdict.facts["balance"]) == (taken, balance)


async def test_setono_a_lot_expires_once_by_what_is_left_of_it(account: Chronicle) -> None:
    await account.earn(150, lapses=10)
    await account.redeem(50)

    await account.on(10)
    await account.on(11)

    assert await account.story() == [("earned", 150), ("redeemed", -50), ("expired", -100)]


async def test_setono_what_will_have_expired_by_a_day(account: Chronicle) -> None:
    await account.earn(100, lapses=59)
    await account.earn(200, lapses=181)

    lapsing = (await account.stands()).expiring

    assert [each.amount for each in lapsing] == [100, 200]
    assert (await account.on(59)).balance == 200
    assert (await account.on(181)).balance == 0
