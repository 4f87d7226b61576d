from datetime import datetime, timedelta

from domain.access.links import make_link
from domain.access.sessions import revoke_all
from tests.clock import FixedClock
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal


async def test_a_program_shows_itself_to_anybody(a_phone: MakePhone) -> None:
    shown = await a_phone().gets("program")

    assert (shown["slug"], shown["name"], shown["currency"]) == ("moc", "Mộc Coffee", "VND")
    assert (shown["time_zone"], shown["terms_version"]) == ("Asia/Ho_Chi_Minh", 1)


async def test_telegrams_word_opens_a_session(a_phone: MakePhone, clock: FixedClock) -> None:
    phone = a_phone(first_name="Đạt", language="en-GB")

    answer = await phone.signs_in()

    customer = await phone.customer()
    assert answer["customer"] == {
        "id": str(customer.customer_id),
        "name": "Đạt",
        "locale": "en",
        "registered": False,
    }
    assert datetime.fromisoformat(answer["expires_at"]) == clock.now() + timedelta(hours=2)


async def test_signing_in_again_is_the_same_customer(a_phone: MakePhone) -> None:
    phone = a_phone()

    first, second = await phone.signs_in(), await phone.signs_in()

    assert first["customer"]["id"] == second["customer"]["id"]
    assert first["token"] != second["token"]


async def test_a_link_signs_in_once(member: Phone, clock: FixedClock) -> None:
    customer = await member.customer()
    token = await make_link(customer.program_id, "customer", customer.customer_id, now=clock.now())
    answers = [
        await member.client.post(
            f"{member.api}/session", headers={"Authorization": f"link {token}"}
        )
        for _ in range(2)
    ]

    assert answers[0].status == 200
    assert (await answers[0].json())["customer"]["id"] == str(customer.customer_id)
    assert await refusal(answers[1]) == (401, "invalid_link")


async def test_accepting_the_terms_pays_the_registration(visitor: Phone, ledger: Digest) -> None:
    joined = await visitor.post("registration", {"terms_version": 1})

    assert joined.status == 201
    assert await joined.json() == {"points": 50, "new_member_points": 0, "balance": 50}
    assert await ledger() == (1, 50, 0)


async def test_joining_twice_pays_once(member: Phone, ledger: Digest) -> None:
    before = await ledger()

    again = await member.post("registration", {"terms_version": 1})

    assert await refusal(again) == (409, "already_registered")
    assert await ledger() == before


async def test_a_repeated_registration_gets_its_first_answer(
    visitor: Phone, ledger: Digest
) -> None:
    first = await visitor.post("registration", {"terms_version": 1}, key="join")
    again = await visitor.post("registration", {"terms_version": 1}, key="join")

    assert (first.status, await first.json()) == (again.status, await again.json())
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await ledger() == (1, 50, 0)


async def test_other_terms_than_those_in_force_are_not_accepted(
    visitor: Phone, ledger: Digest
) -> None:
    response = await visitor.post("registration", {"terms_version": 2})

    assert await refusal(response) == (409, "terms_changed")
    assert await ledger() == (0, 0, 0)


async def test_me_says_where_one_stands(member: Phone) -> None:
    await member.claims("daily_login")

    me = await member.gets("me")

    assert (me["balance"], me["pending"], me["held"], me["debt"]) == (60, 0, 0, 0)
    assert me["streak"] == {"days": 1, "claimed_today": True}
    assert me["customer"]["registered"] is True
    assert (me["tier"], me["spins"], me["card"]) == (None, None, None)


async def test_refusals_speak_the_customers_language(a_phone: MakePhone) -> None:
    phones = [a_phone(language="vi"), a_phone(language="en")]
    messages = []
    for phone in phones:
        await phone.signs_in()
        response = await phone.get("products/none", **{"Accept-Language": "fr"})
        messages.append((await response.json())["error"]["message"])

    assert messages[1] == "There is nothing here under that address."
    assert messages[0] != messages[1]


async def test_m18_after_logging_out_the_session_is_over_at_once(member: Phone) -> None:
    response = await member.client.delete(
        f"{member.api}/session", headers={"Authorization": f"Bearer {member.token}"}
    )

    assert response.status == 204
    assert await refusal(await member.get("me")) == (401, "sign_in_required")


async def test_m18_a_banned_customer_is_out_at_once(
    member: Phone, ledger: Digest, clock: FixedClock
) -> None:
    before = await ledger()

    await revoke_all((await member.customer()).customer_id, now=clock.now())

    assert await refusal(await member.claims("daily_login")) == (401, "sign_in_required")
    assert await ledger() == before


async def test_nobody_reads_or_claims_without_a_session(a_phone: MakePhone, ledger: Digest) -> None:
    phone = a_phone()
    paths = ("me", "actions", "decisions", "products", "news", "movements", "referrals")

    for token in ("", "x", "é"):
        phone.token = token
        refused = [await refusal(await phone.get(path)) for path in paths]
        assert set(refused) == {(401, "sign_in_required")}
    assert await refusal(await phone.claims("daily_login")) == (401, "sign_in_required")
    assert await ledger() == (0, 0, 0)
