from typing import Any

import pytest

from domain.ledger.standing import standing
from tests.clock import FixedClock
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal


async def test_a_birthday_is_said_once_and_the_language_as_often_as_one_likes(
    member: Phone,
) -> None:
    set_once = await member.patch("me", {"birthday": "1994-04-12", "locale": "en"})
    again = await member.patch("me", {"locale": "vi"})
    other = await member.patch("me", {"birthday": "1994-04-13"})

    assert await set_once.json() == {
        "name": "Ngọc Ánh",
        "locale": "en",
        "birthday": "1994-04-12",
    }
    assert (await again.json())["locale"] == "vi"
    assert await refusal(other) == (409, "birthday_locked")


async def test_m10_a_repeated_change_is_answered_from_memory(member: Phone) -> None:
    first = await member.patch("me", {"locale": "en"}, key="k")
    again = await member.patch("me", {"locale": "en"}, key="k")
    other = await member.patch("me", {"locale": "vi"}, key="k")

    assert (first.status, again.status) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await refusal(other) == (422, "key_reused")


@pytest.mark.parametrize(
    ("_case", "body", "code"),
    [
        ("unborn", {"birthday": "2030-01-01"}, "unlikely_birthday"),
        ("ancient", {"birthday": "1899-01-01"}, "unlikely_birthday"),
        ("no such day", {"birthday": "1994-02-30"}, "invalid_input"),
        ("another calendar", {"birthday": "12/04/1994"}, "invalid_input"),
        ("full-width digits", {"birthday": "１９９４-04-12"}, "invalid_input"),
        ("a number", {"birthday": 19940412}, "invalid_input"),
        ("a language we do not speak", {"locale": "fr"}, "invalid_input"),
        ("a name", {"name": "Somebody Else"}, "invalid_input"),
        ("a balance", {"balance": 10**6}, "invalid_input"),
    ],
)
async def test_m8_m11_what_is_no_change_of_ones_own_is_422(
    member: Phone, ledger: Digest, _case: str, body: dict[str, Any], code: str
) -> None:
    before = await ledger()

    assert await refusal(await member.patch("me", body)) == (422, code)
    assert await ledger() == before


async def test_an_unlikely_birthday_says_which_ones_are(member: Phone) -> None:
    response = await member.patch("me", {"birthday": "2030-01-01"})

    error = (await response.json())["error"]
    assert "từ 02/03/1906 đến 02/03/2021" in error["message"]
    assert error["earliest"] == "1906-03-02"


async def test_what_to_hear_of_is_chosen_by_kind(member: Phone) -> None:
    answer = await member.gets("notifications")
    chosen = await member.patch("notifications", {"wanted": {"broadcast": False}})

    assert (answer["quiet_from"], answer["quiet_to"]) == ("21:00:00", "08:00:00")
    assert all(item["wanted"] for item in answer["items"])
    wanted = {item["kind"]: item["wanted"] for item in (await chosen.json())["items"]}
    assert wanted["broadcast"] is False
    assert wanted["friend_joined"] is True


@pytest.mark.parametrize(
    "wanted", [{}, {"no_such_kind": False}, {"broadcast": "no"}, {"'--": True}, []]
)
async def test_a_kind_that_is_none_is_422(member: Phone, wanted: object) -> None:
    response = await member.patch("notifications", {"wanted": wanted})

    assert (await refusal(response))[0] == 422


async def test_m9_a_change_without_a_key_is_400(member: Phone) -> None:
    headers = {"Authorization": f"Bearer {member.token}", "Content-Type": "application/json"}

    for path, body in {"me": "{}", "notifications": '{"wanted": {"broadcast": false}}'}.items():
        response = await member.client.patch(f"{member.api}/{path}", headers=headers, data=body)
        assert await refusal(response) == (400, "idempotency_key_missing")


async def test_m18_leaving_takes_the_points_and_ends_every_session(
    member: Phone, clock: FixedClock
) -> None:
    other = Phone(member.client, member.program, clock, user_id=member.user_id)
    await other.signs_in()
    customer = await member.customer()

    left = await member.post("departure", key="bye")

    assert (left.status, await left.json()) == (
        201,
        {"outcome": "left", "points": -50, "balance": 0},
    )
    for phone in (member, other):
        assert await refusal(await phone.get("me")) == (401, "sign_in_required")
    assert (await standing(customer.customer_id, now=clock.now())).balance == 0


async def test_r4_whoever_comes_back_is_not_rewarded_a_second_time(
    member: Phone, ledger: Digest
) -> None:
    await member.post("departure")
    before = await ledger()
    await member.signs_in()

    refused = await member.claims("daily_login")
    await member.joins()

    assert await refusal(refused) == (403, "terms_required")
    assert await ledger() == before
    assert (await member.gets("me"))["balance"] == 0


async def test_m10_the_same_departure_again_is_answered_from_memory(member: Phone) -> None:
    await member.post("departure", key="bye")
    await member.signs_in()

    again = await member.post("departure", key="bye")

    assert again.status == 201
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_who_is_no_member_cannot_leave(a_phone: MakePhone) -> None:
    visitor = a_phone()
    await visitor.signs_in()

    assert await refusal(await visitor.post("departure")) == (409, "not_registered")
