import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from domain.content.evidence import VIEW_TIME
from domain.ids import new_id
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_product, a_program, an_article
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal


async def _evidence(phone: Phone, path: str) -> dict[str, Any]:
    response = await phone.post(path)
    assert response.status == 201, await response.text()
    made: dict[str, Any] = await response.json()
    return made


async def test_a_daily_login_is_paid_and_says_what_it_brought(member: Phone) -> None:
    response = await member.claims("daily_login")

    answer = await response.json()
    newest = (await member.gets("movements"))["items"][0]
    assert response.status == 201
    assert (answer["action"], answer["points"], answer["balance"]) == ("daily_login", 10, 60)
    assert answer["movement_id"] == newest["id"]
    assert (newest["kind"], newest["action"], newest["amount"], newest["balance_after"]) == (
        "earned",
        "daily_login",
        10,
        60,
    )


async def test_a_viewed_product_is_paid_after_a_look(
    member: Phone, program: Program, clock: FixedClock
) -> None:
    product = await a_product(program)
    made = await _evidence(member, f"products/{product.id}/views")
    clock.set(datetime.fromisoformat(made["claim_after"]))

    response = await member.claims("first_product_view", made["evidence"])

    assert response.status == 201
    assert (await response.json())["points"] == 10


async def test_a_read_article_is_paid_after_reading(
    member: Phone, program: Program, clock: FixedClock
) -> None:
    article = await an_article(program)
    made = await _evidence(member, f"news/{article.id}/reads")
    clock.set(datetime.fromisoformat(made["claim_after"]))

    response = await member.claims("first_news_read", made["evidence"])

    assert (response.status, (await response.json())["points"]) == (201, 20)


async def test_a_shared_product_is_paid_and_its_link_leads_into_the_app(
    member: Phone, program: Program, clock: FixedClock
) -> None:
    product = await a_product(program)
    made = await _evidence(member, f"products/{product.id}/shares")
    clock.set(datetime.fromisoformat(made["claim_after"]))

    response = await member.claims("first_product_share", made["evidence"])

    assert (response.status, (await response.json())["points"]) == (201, 30)
    assert made["url"].startswith("https://t.me/moc_bot/app?startapp=s_")
    assert made["text"] == "Bạc xỉu ở Mộc Coffee nè, xem thử nhé!"
    assert made["prepared_message_id"] is None


async def test_before_the_terms_every_claim_says_so(visitor: Phone, ledger: Digest) -> None:
    for action in ("daily_login", "first_product_view", "first_news_read"):
        assert await refusal(await visitor.claims(action)) == (403, "terms_required")
    assert await ledger() == (0, 0, 0)


@pytest.mark.parametrize("action", ["referrer_reward", "manual_adjustment", "x", "daily_login'--"])
async def test_what_cannot_be_claimed_is_not_there(
    member: Phone, ledger: Digest, action: str
) -> None:
    before = await ledger()

    assert await refusal(await member.claims(action)) == (404, "not_found")
    assert await ledger() == before


async def test_m7_evidence_of_another_customer_is_worth_nothing(
    member: Phone, a_phone: MakePhone, program: Program, clock: FixedClock, ledger: Digest
) -> None:
    product = await a_product(program)
    theirs = await _evidence(member, f"products/{product.id}/views")
    thief = a_phone()
    await thief.signs_in()
    await thief.joins()
    clock.advance(VIEW_TIME)
    before = await ledger()

    response = await thief.claims("first_product_view", theirs["evidence"])

    assert await refusal(response) == (422, "evidence_invalid")
    assert await ledger() == before


@pytest.mark.parametrize("key", [None, "", "k" * 256, "é", "a\tb"])
async def test_m9_a_write_without_a_proper_key_is_400(
    member: Phone, program: Program, ledger: Digest, key: str | None
) -> None:
    product, article = await a_product(program), await an_article(program)
    before = await ledger()
    headers = {"Authorization": f"Bearer {member.token}"}
    headers |= {} if key is None else {"Idempotency-Key": key}
    paths = (
        "registration",
        "actions/daily_login/claims",
        f"products/{product.id}/views",
        f"products/{product.id}/shares",
        f"news/{article.id}/reads",
    )

    for path in paths:
        body = {"terms_version": 1} if path == "registration" else {}
        response = await member.client.post(f"{member.api}/{path}", headers=headers, json=body)
        assert await refusal(response) == (400, "idempotency_key_missing")
    assert await ledger() == before


async def test_m9_a_key_of_255_characters_is_fine(member: Phone) -> None:
    assert (await member.claims("daily_login", key="k" * 255)).status == 201


async def test_m10_the_same_call_again_gets_the_first_answer(
    member: Phone, ledger: Digest, clock: FixedClock
) -> None:
    first = await member.claims("daily_login", key="tap")
    before = await ledger()
    clock.advance(timedelta(minutes=90))

    again = await member.claims("daily_login", key="tap")

    assert (again.status, await again.text()) == (first.status, await first.text())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await ledger() == before


async def test_m10_a_repeated_conflict_is_the_same_conflict(member: Phone) -> None:
    await member.claims("daily_login")
    first = await member.claims("daily_login", key="late")

    again = await member.claims("daily_login", key="late")

    assert await refusal(first) == (409, "already_earned")
    assert (again.status, await again.text()) == (first.status, await first.text())
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_m10_a_key_with_another_request_is_422(member: Phone, ledger: Digest) -> None:
    await member.claims("daily_login", key="tap")
    before = await ledger()

    other_body = await member.claims("daily_login", "AAAA", key="tap")
    other_path = await member.claims("first_news_read", key="tap")

    assert await refusal(other_body) == (422, "key_reused")
    assert await refusal(other_path) == (422, "key_reused")
    assert await ledger() == before


async def test_m10_two_customers_may_use_the_same_key(member: Phone, a_phone: MakePhone) -> None:
    other = a_phone()
    await other.signs_in()
    await other.joins()

    answers = [await phone.claims("daily_login", key="tap") for phone in (member, other)]

    assert [answer.status for answer in answers] == [201, 201]
    assert all("Idempotency-Replayed" not in answer.headers for answer in answers)


async def test_m10_the_same_call_many_times_at_once_is_paid_once(
    member: Phone, ledger: Digest
) -> None:
    before = await ledger()

    answers = await asyncio.gather(
        *(member.claims("daily_login", key="double tap") for _ in range(20))
    )

    paid = {await answer.text() for answer in answers if answer.status == 201}
    assert {answer.status for answer in answers} <= {201, 409}
    assert len(paid) == 1
    assert await ledger() == (before[0] + 1, before[1] + 10, 0)


async def test_m10_repeated_evidence_is_the_same_evidence(
    member: Phone, program: Program, clock: FixedClock, database: str
) -> None:
    product, article = await a_product(program), await an_article(program)
    paths = (f"products/{product.id}/views", f"products/{product.id}/shares")

    for number, path in enumerate((*paths, f"news/{article.id}/reads")):
        first = await member.post(path, key=f"once-{number}")
        clock.advance(timedelta(minutes=1))
        again = await member.post(path, key=f"once-{number}")

        assert (again.status, await again.text()) == (201, await first.text())
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first.headers
    other = await member.post(paths[0], key="once-2")
    assert await refusal(other) == (422, "key_reused")
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("select count(*) from share") == 1
    await connection.close()


async def test_m12_of_60_claims_at_once_one_is_paid(member: Phone, ledger: Digest) -> None:
    before = await ledger()

    answers = await asyncio.gather(*(member.claims("daily_login") for _ in range(60)))

    assert Counter([answer.status for answer in answers]) == {201: 1, 409: 59}
    codes = {await refusal(answer) for answer in answers if answer.status == 409}
    assert codes <= {(409, "already_earned"), (409, "in_progress")}
    assert await ledger() == (before[0] + 1, before[1] + 10, 0)


async def test_m13_news_read_in_no_time_is_422(
    member: Phone, program: Program, ledger: Digest, clock: FixedClock
) -> None:
    article = await an_article(program)
    made = await _evidence(member, f"news/{article.id}/reads")
    before = await ledger()

    early = await member.claims("first_news_read", made["evidence"])
    clock.advance(timedelta(seconds=article.read_seconds, milliseconds=-1))
    still_early = await member.claims("first_news_read", made["evidence"])

    assert await refusal(early) == (422, "too_soon")
    assert await refusal(still_early) == (422, "too_soon")
    assert (await early.json())["error"]["claim_after"]
    assert await ledger() == before


async def test_m13_a_claim_too_soon_may_be_repeated_with_its_key(
    member: Phone, program: Program, clock: FixedClock
) -> None:
    article = await an_article(program)
    made = await _evidence(member, f"news/{article.id}/reads")
    await member.claims("first_news_read", made["evidence"], key="read")
    clock.set(datetime.fromisoformat(made["claim_after"]))

    response = await member.claims("first_news_read", made["evidence"], key="read")

    assert response.status == 201


@pytest.mark.parametrize("case", ["hidden", "future", "elsewhere", "unknown", "no id"])
async def test_m13_what_is_not_to_be_seen_gives_no_evidence(
    member: Phone, program: Program, clock: FixedClock, ledger: Digest, case: str
) -> None:
    before = await ledger()
    how = {
        "hidden": {"hidden_at": clock.now()},
        "future": {"published_at": clock.now() + timedelta(seconds=1)},
    }.get(case, {})
    owner = await a_program() if case == "elsewhere" else program
    article, product = await an_article(owner, **how), await a_product(owner, **how)
    ids: dict[str, object] = {"unknown": new_id(), "no id": "1 or 1=1"}
    paths = (
        f"news/{ids.get(case, article.id)}/reads",
        f"products/{ids.get(case, product.id)}/views",
        f"products/{ids.get(case, product.id)}/shares",
    )

    for path in paths:
        assert await refusal(await member.post(path)) == (404, "not_found")
        assert await refusal(await member.get(path.rpartition("/")[0])) == (404, "not_found")
    assert await ledger() == before


async def test_m13_evidence_of_one_act_is_none_of_another(
    member: Phone, program: Program, clock: FixedClock, ledger: Digest
) -> None:
    product = await a_product(program)
    made = await _evidence(member, f"products/{product.id}/views")
    clock.advance(timedelta(minutes=10))
    before = await ledger()

    assert await refusal(await member.claims("first_news_read", made["evidence"])) == (
        422,
        "evidence_invalid",
    )
    assert await ledger() == before


async def test_m14_a_share_claim_without_a_share_is_422(member: Phone, ledger: Digest) -> None:
    before = await ledger()

    assert await refusal(await member.claims("first_product_share")) == (422, "evidence_missing")
    assert await refusal(await member.claims("first_product_share", "A" * 98)) == (
        422,
        "evidence_invalid",
    )
    assert await ledger() == before


async def test_m14_one_share_pays_one_customer_once(
    member: Phone, a_phone: MakePhone, program: Program, clock: FixedClock, ledger: Digest
) -> None:
    product = await a_product(program)
    made = await _evidence(member, f"products/{product.id}/shares")
    clock.advance(timedelta(seconds=10))
    assert (await member.claims("first_product_share", made["evidence"])).status == 201
    other = a_phone()
    await other.signs_in()
    await other.joins()
    before = await ledger()

    again = await member.claims("first_product_share", made["evidence"])
    stolen = await other.claims("first_product_share", made["evidence"])

    assert await refusal(again) == (409, "already_earned")
    assert await refusal(stolen) == (422, "evidence_invalid")
    assert await ledger() == before


async def test_m15_no_header_of_the_device_makes_another_day(
    member: Phone, ledger: Digest, clock: FixedClock
) -> None:
    await member.claims("daily_login")
    before = await ledger()
    clock.advance(timedelta(hours=1))

    answers = [
        await member.post("actions/daily_login/claims", **headers)
        for headers in (
            {"Date": "Fri, 06 Mar 2026 00:00:00 GMT"},
            {"X-Timezone": "Pacific/Kiritimati"},
            {"Time-Zone": "Pacific/Kiritimati"},
            {"Sec-CH-Prefers-Timezone": "UTC+14"},
        )
    ]

    assert {await refusal(answer) for answer in answers} == {(409, "already_earned")}
    assert await ledger() == before


async def test_the_decision_log_tells_the_customer_why(member: Phone, program: Program) -> None:
    article = await an_article(program)
    made = await _evidence(member, f"news/{article.id}/reads")
    await member.claims("daily_login")
    await member.claims("daily_login")
    await member.claims("first_news_read", made["evidence"])

    items = (await member.gets("decisions"))["items"]

    assert [item["action"] for item in items][:3] == [
        "first_news_read",
        "daily_login",
        "daily_login",
    ]
    assert [item["message"] for item in items][:3] == [
        "Thêm một chút nữa thôi nhé.",
        "Bạn đã nhận điểm này rồi.",
        "Đã cộng điểm.",
    ]
