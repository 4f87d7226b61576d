"""Whatever a client invents: refused in one shape, and nothing changes."""

import io
import json
from collections.abc import AsyncIterator

import pytest
from yarl import URL

from domain.programs import Program
from tests.factories import a_product
from tests.miniapp.phone import Digest, Phone, refusal

INVENTED = ["amount", "balance", "role", "customer_id", "awarded_at", "prize_id", "points"]


@pytest.mark.parametrize("field", INVENTED)
async def test_m8_a_field_that_nobody_asked_for_is_422(
    member: Phone, program: Program, ledger: Digest, field: str
) -> None:
    product = await a_product(program)
    before = await ledger()
    extra = {field: 10**6}

    answers = [
        await member.post("actions/daily_login/claims", extra),
        await member.post("registration", {"terms_version": 1} | extra),
        await member.post(f"products/{product.id}/views", extra),
        await member.post(f"products/{product.id}/shares", extra),
    ]

    assert {await refusal(answer) for answer in answers} == {(422, "invalid_input")}
    assert await ledger() == before


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-1",
        "1.0",
        "1e0",
        "true",
        "NaN",
        "Infinity",
        "-Infinity",
        '"１２"',
        '"1"',
        "null",
        "[1]",
        "9223372036854775808",
        "9" * 5_000,
        "1e400",
        "{}",
    ],
)
async def test_m11_what_is_no_whole_number_in_range_is_422(
    visitor: Phone, ledger: Digest, number: str
) -> None:
    response = await visitor.client.post(
        f"{visitor.api}/registration",
        data=f'{{"terms_version": {number}}}',
        headers={
            "Authorization": f"Bearer {visitor.token}",
            "Idempotency-Key": "join",
            "Content-Type": "application/json",
        },
    )

    assert await refusal(response) == (422, "invalid_input")
    assert await ledger() == (0, 0, 0)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=101",
        "limit=1.0",
        "limit=１２",
        "limit=",
        "limit=9999999999",
        "limit=1&limit=2",
        "kind=gift",
        "kind=",
        "cursor=-1",
        "cursor=x",
        "cursor=%00",
        "order=x",
        "cursor=9999999999999999999",
        "limit=true",
    ],
)
async def test_m11_a_page_that_does_not_exist_is_422(member: Phone, query: str) -> None:
    assert await refusal(await member.get(f"movements?{query}")) == (422, "invalid_input")


@pytest.mark.parametrize("evidence", ["", "é", "\x00", "a b", "A" * 513, 7, ["A"], "\ud800"])
async def test_evidence_that_is_no_token_is_422(
    member: Phone, ledger: Digest, evidence: object
) -> None:
    before = await ledger()

    response = await member.post("actions/first_news_read/claims", {"evidence": evidence})

    assert await refusal(response) == (422, "invalid_input")
    assert await ledger() == before


BODIES = {
    "no JSON": (b"{", 400, "malformed_body"),
    "two values": (b"{}{}", 400, "malformed_body"),
    "not UTF-8": (b'{"evidence": "\xff"}', 400, "malformed_body"),
    "UTF-16": ('{"evidence": "A"}'.encode("utf-16"), 400, "malformed_body"),
    "byte order mark": (b"\xef\xbb\xbf{}", 400, "malformed_body"),
    "20,000 deep": (b"[" * 20_000 + b"]" * 20_000, 400, "malformed_body"),
    "a list": (b"[]", 422, "invalid_input"),
    "a number": (b"1", 422, "invalid_input"),
    "null": (b"null", 422, "invalid_input"),
    "a field twice": (b'{"evidence": "A", "evidence": "B"}', 422, "invalid_input"),
    "65 KiB": (b'{"evidence": "' + b"A" * 66_000 + b'"}', 413, "too_large"),
    "2 MiB": (b'{"evidence": "' + b"A" * 2**21 + b'"}', 413, "too_large"),
}


@pytest.mark.parametrize("case", BODIES)
async def test_a_body_that_is_none_is_refused(member: Phone, ledger: Digest, case: str) -> None:
    body, *expected = BODIES[case]
    before = await ledger()

    response = await member.client.post(
        f"{member.api}/actions/daily_login/claims",
        data=io.BytesIO(body),
        headers={
            "Authorization": f"Bearer {member.token}",
            "Idempotency-Key": "tap",
            "Content-Type": "application/json",
        },
    )

    assert list(await refusal(response)) == expected
    assert await ledger() == before


async def test_a_body_that_does_not_say_its_size_is_no_larger(
    member: Phone, ledger: Digest
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    before = await ledger()

    response = await member.client.post(
        f"{member.api}/actions/daily_login/claims",
        data=endless(),
        headers={
            "Authorization": f"Bearer {member.token}",
            "Idempotency-Key": "tap",
            "Content-Type": "application/json",
        },
    )

    assert await refusal(response) == (413, "too_large")
    assert await ledger() == before


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "text/html"])
async def test_json_under_another_name_is_415(member: Phone, ledger: Digest, media: str) -> None:
    before = await ledger()

    response = await member.post(
        "actions/daily_login/claims", {"evidence": "A"}, **{"Content-Type": media}
    )

    assert await refusal(response) == (415, "unsupported_content")
    assert await ledger() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
async def test_another_method_is_405_and_says_which_one_is_right(
    member: Phone, ledger: Digest, method: str
) -> None:
    before = await ledger()

    response = await member.client.request(method, f"{member.api}/actions/daily_login/claims")

    assert await refusal(response) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "POST"
    assert await ledger() == before


@pytest.mark.parametrize("part", ["%00", "%ff", "%ed%a0%80", "%2e%2e", "A" * 2_000, "'--"])
async def test_an_address_that_means_nothing_is_404(member: Phone, part: str) -> None:
    urls = [
        URL(f"/p/{part}/api/v1/program", encoded=True),
        URL(f"/p/{part}/app", encoded=True),
        URL(f"/p/moc/api/v1/products/{part}", encoded=True),
        URL(f"/p/moc/app/news/{part}", encoded=True),
        URL(f"/static/{part}", encoded=True),
    ]

    statuses = [(await member.client.get(url, headers=member._pass())).status for url in urls]

    assert statuses == [404] * 5


@pytest.mark.parametrize("path", ["/p/moc/api/v1/x", "/p/moc/api/v2/me", "/p/none/api/v1/program"])
async def test_what_is_not_there_is_404_json(member: Phone, path: str) -> None:
    assert await refusal(await member.get(path)) == (404, "not_found")


async def test_one_header_of_each_kind(member: Phone, ledger: Digest) -> None:
    before = await ledger()
    twice_keyed = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    bearer = ("Authorization", f"Bearer {member.token}")

    keyed = await member.client.post(
        f"{member.api}/actions/daily_login/claims", headers=[bearer, *twice_keyed]
    )
    authorised = await member.client.get(f"{member.api}/me", headers=[bearer, bearer])

    assert await refusal(keyed) == (400, "idempotency_key_missing")
    assert await refusal(authorised) == (401, "sign_in_required")
    assert await ledger() == before


async def test_a_personal_answer_is_never_kept(member: Phone) -> None:
    for path in ("me", "movements", "referrals", "actions", "decisions", "products/x"):
        response = await member.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        json.loads(await response.text())
