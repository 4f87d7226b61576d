from uuid import uuid4

import pytest

from domain.ledger.corrections import Correction, reimburse
from tests.clock import FixedClock
from tests.factories import posted
from tests.miniapp.phone import MakePhone, Phone, refusal


async def test_an_entry_explains_itself(member: Phone) -> None:
    made = await (await member.claims("daily_login")).json()

    found = await member.gets(f"movements/{made['movement_id']}")

    assert (found["balance_before"], found["amount"], found["balance_after"]) == (50, 10, 60)
    assert found["rule_version"] == 1
    assert found["why"] == [
        "Theo quy tắc phiên bản 1: 10 điểm.",
        "Ngày thứ 1 liên tiếp của bạn.",
    ]
    assert found["opened"] == [{"amount": 10, "remaining": 10, "expires_at": None}]
    assert (found["taken"], found["corrects"], found["corrected_by"]) == ([], None, [])


async def test_a_redemption_and_what_gave_it_back_link_to_each_other(
    member: Phone, clock: FixedClock
) -> None:
    customer_id = (await member.customer()).customer_id
    spent = await posted(customer_id, -30, now=clock.now(), reason="Bạc xỉu")
    assert spent.movement_id
    correction = Correction(business_key="gift:1", actor="system", reason="goodwill")
    await reimburse(customer_id, spent.movement_id, 30, correction, now=clock.now())
    newest = (await member.gets("movements?limit=1"))["items"][0]

    back = await member.gets(f"movements/{newest['id']}")
    gone = await member.gets(f"movements/{spent.movement_id}")

    assert back["corrects"]["id"] == str(spent.movement_id)
    assert back["why"] == ["Một chút tấm lòng của quán."]
    assert [one["id"] for one in gone["corrected_by"]] == [newest["id"]]
    assert gone["why"] == ["Bạc xỉu"]
    assert [part["action"] for part in gone["taken"]] == ["new_account_registration"]


async def test_m7_a_movement_of_somebody_else_is_404(member: Phone, a_phone: MakePhone) -> None:
    stranger = a_phone()
    await stranger.signs_in()
    await stranger.joins()
    theirs = (await stranger.gets("movements"))["items"][0]["id"]

    for movement_id in (theirs, str(uuid4())):
        assert await refusal(await member.get(f"movements/{movement_id}")) == (404, "not_found")


@pytest.mark.parametrize("movement_id", ["1", "x", "%00", "A" * 36, "'--"])
async def test_what_is_no_id_is_404(member: Phone, movement_id: str) -> None:
    assert await refusal(await member.get(f"movements/{movement_id}")) == (404, "not_found")
