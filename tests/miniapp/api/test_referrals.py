import asyncio
from datetime import timedelta

import asyncpg
import pytest

from tests.clock import FixedClock
from tests.miniapp.phone import Digest, MakePhone, Phone


@pytest.fixture
async def code(member: Phone) -> str:
    links = (await member.gets("referrals"))["links"]
    return str(links["app"]).rpartition("startapp=r_")[2]


async def _friends(phone: Phone) -> list[tuple[str, str]]:
    items = (await phone.gets("referrals"))["items"]
    return [(item["name"], item["status"]) for item in items]


async def test_a_friend_who_comes_and_joins_pays_both(
    member: Phone, a_phone: MakePhone, code: str
) -> None:
    friend = a_phone(first_name="Minh")

    await friend.signs_in(start_param=f"r_{code}")
    waiting = await member.gets("referrals")
    joined = await friend.post("registration", {"terms_version": 1})

    assert waiting["totals"] == {"pending": 1, "completed": 0, "cancelled": 0}
    assert await joined.json() == {"points": 100, "new_member_points": 50, "balance": 100}
    assert (await member.gets("me"))["balance"] == 50 + 20 + 100
    assert (await member.gets("referrals"))["totals"] == {
        "pending": 0,
        "completed": 1,
        "cancelled": 0,
    }
    assert await _friends(member) == [("Minh", "complete")]


async def test_the_signed_start_parameter_comes_before_the_pages_own(
    member: Phone, a_phone: MakePhone, code: str
) -> None:
    friend = a_phone()

    await friend.client.post(
        f"{friend.api}/session",
        headers={"Authorization": f"tma {friend.launch(start_param=f'r_{code}')}"},
        json={"start_param": "r_SOMEBODY"},
    )

    assert len(await _friends(member)) == 1


async def test_r1_ones_own_link_brings_nobody(member: Phone, code: str, ledger: Digest) -> None:
    before = await ledger()

    await member.signs_in(start_param=f"r_{code}")

    assert await _friends(member) == []
    assert await ledger() == before
    decided = (await member.gets("decisions"))["items"][0]
    assert (decided["action"], decided["verdict"]) == ("new_user_referral", "own_link")
    assert decided["message"] == "Bạn đã mở liên kết mời của chính mình."


async def test_r2_two_friends_cannot_bring_each_other(
    member: Phone, a_phone: MakePhone, code: str, ledger: Digest
) -> None:
    friend = a_phone()
    await friend.signs_in(start_param=f"r_{code}")
    await friend.joins()
    theirs = str((await friend.gets("referrals"))["links"]["app"]).rpartition("r_")[2]
    before = await ledger()

    await member.signs_in(start_param=f"r_{theirs}")

    assert await _friends(friend) == []
    assert await ledger() == before


async def test_r3_an_existing_customer_brings_no_points_to_anybody(
    member: Phone, a_phone: MakePhone, code: str, ledger: Digest
) -> None:
    neighbour = a_phone()
    await neighbour.signs_in()
    before = await ledger()

    await neighbour.signs_in(start_param=f"r_{code}")
    await neighbour.joins()

    assert await _friends(member) == []
    assert await ledger() == (before[0] + 1, before[1] + 50, 0)


async def test_r3_the_first_link_counts_and_stays(
    member: Phone, a_phone: MakePhone, code: str
) -> None:
    rival, friend = a_phone(), a_phone()
    await rival.signs_in()
    await rival.joins()
    theirs = str((await rival.gets("referrals"))["links"]["app"]).rpartition("r_")[2]

    await friend.signs_in(start_param=f"r_{code}")
    await friend.signs_in(start_param=f"r_{theirs}")
    await friend.joins()

    assert len(await _friends(member)) == 1
    assert await _friends(rival) == []


async def test_one_friend_who_opens_the_link_many_times_at_once_is_one_friend(
    member: Phone, a_phone: MakePhone, code: str, database: str
) -> None:
    friend = a_phone()

    await asyncio.gather(*(friend.signs_in(start_param=f"r_{code}") for _ in range(10)))

    connection = await asyncpg.connect(database)
    paid = await connection.fetchval(
        "select count(*) from movement where action = 'new_user_referral'"
    )
    await connection.close()
    assert paid == 1
    assert len(await _friends(member)) == 1


async def test_r8_a_code_reveals_no_name_and_no_id(
    member: Phone, a_phone: MakePhone, code: str
) -> None:
    customer = await member.customer()
    stranger = a_phone()

    answer = await stranger.signs_in(start_param=f"r_{code}")

    assert customer.name not in str(answer["token"])
    assert str(customer.customer_id) not in str(answer)
    assert str(member.user_id) not in str(answer)
    assert str(customer.customer_id) not in code
    assert str(member.user_id) not in code


async def test_r5_a_crowd_of_friends_within_the_hour_is_paid_to_the_cap_and_no_further(
    member: Phone, a_phone: MakePhone, code: str, clock: FixedClock
) -> None:
    cap = member.program.referral_daily_cap
    for _ in range(cap + 3):
        clock.advance(timedelta(seconds=30))
        friend = a_phone()
        await friend.signs_in(start_param=f"r_{code}")
        await friend.joins()

    rewards = (await member.gets("movements?limit=100"))["items"]
    answer = await member.gets("referrals")

    paid = [line for line in rewards if line["action"] == "referrer_reward"]
    assert len(paid) == cap
    assert [friend["reason"] for friend in answer["items"][:3]] == ["daily_cap"] * 3
    assert (await member.gets("me"))["balance"] == sum(line["amount"] for line in rewards)
