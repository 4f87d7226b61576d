import json
from datetime import timedelta
from urllib.parse import quote

import asyncpg
import pytest
from aiohttp import ClientResponse

from domain import bots
from tests.clock import FixedClock
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal
from tests.miniapp.signing import hash_of, init_data, query, signature_of, signed

NOBODY = (0, 0, 0)


async def _start(phone: Phone, proof: str) -> ClientResponse:
    return await phone.client.post(
        f"{phone.api}/session", headers={"Authorization": f"tma {proof}"}, json={}
    )


async def _customers(database: str) -> int:
    connection = await asyncpg.connect(database)
    count = await connection.fetchval("select count(*) from customer")
    await connection.close()
    return int(count)


@pytest.mark.parametrize("case", ["wrong", "missing", "uppercase", "duplicated", "é", "%C3%A9"])
async def test_m1_a_launch_without_its_one_hash_is_401(
    a_phone: MakePhone, database: str, case: str
) -> None:
    phone = a_phone()
    genuine = phone.launch()
    body, _, given = genuine.rpartition("&hash=")
    forged = {
        "wrong": f"{body}&hash={'0' * 64}",
        "missing": body,
        "uppercase": f"{body}&hash={given.upper()}",
        "duplicated": f"{genuine}&hash={given}",
        "é": f"{body}&hash=é",
        "%C3%A9": f"{body}&hash=%C3%A9",
    }

    assert await refusal(await _start(phone, forged[case])) == (401, "invalid_init_data")
    assert await _customers(database) == 0


@pytest.mark.parametrize("doubled", ["user", "auth_date", "hash", "start_param"])
async def test_m2_a_key_before_the_genuine_launch_is_401(
    a_phone: MakePhone, database: str, doubled: str
) -> None:
    phone = a_phone()
    victim = quote('{"id":42,"first_name":"Victim"}')

    response = await _start(phone, f"{doubled}={victim}&{phone.launch(start_param='x')}")

    assert await refusal(response) == (401, "invalid_init_data")
    assert await _customers(database) == 0


@pytest.mark.parametrize(
    ("_case", "auth_date"),
    [("old", "-86401"), ("ahead", "61"), ("missing", None), ("text", "soon"), ("blank", "")],
)
async def test_m3_a_launch_of_another_day_is_401_expired(
    a_phone: MakePhone, clock: FixedClock, database: str, _case: str, auth_date: str | None
) -> None:
    fields = {"user": '{"id":42,"first_name":"An"}'}
    if auth_date is not None:
        at = clock.now().timestamp()
        moved = auth_date.lstrip("-").isdigit() and str(int(at + int(auth_date)))
        fields["auth_date"] = moved or auth_date

    response = await _start(a_phone(), signed(**fields))

    assert await refusal(response) == (401, "expired")
    assert await _customers(database) == 0


async def test_m4_another_bots_launch_is_401(
    a_phone: MakePhone, clock: FixedClock, database: str
) -> None:
    at = int(clock.now().timestamp())

    response = await _start(a_phone(), init_data("42:another-bots-token", at=at))

    assert await refusal(response) == (401, "invalid_init_data")
    assert await _customers(database) == 0


async def test_m4_a_signature_alone_is_401(
    a_phone: MakePhone, clock: FixedClock, database: str
) -> None:
    fields = {"user": '{"id":42}', "auth_date": str(int(clock.now().timestamp()))}
    fields["signature"] = signature_of(fields)
    wrong = query(fields | {"hash": hash_of(fields, "42:test-key")})

    for proof in (query(fields), wrong):
        assert await refusal(await _start(a_phone(), proof)) == (401, "invalid_init_data")
    assert await _customers(database) == 0


async def test_m4_a_program_without_a_bot_believes_no_launch(a_phone: MakePhone) -> None:
    phone = a_phone()
    await bots.disconnect(phone.program, by="operator", now=phone.clock.now())

    response = await phone.client.post(
        "/p/moc/api/v1/session", headers={"Authorization": f"tma {phone.launch()}"}
    )

    assert await refusal(response) == (401, "invalid_init_data")


async def test_m5_a_replayed_launch_gives_a_session_of_its_own_user_and_no_points(
    member: Phone, clock: FixedClock, ledger: Digest, database: str
) -> None:
    launch = member.launch()
    before = await ledger()
    clock.advance(timedelta(hours=23))

    replayed = await _start(member, launch)

    answer = await replayed.json()
    assert answer["customer"]["id"] == str((await member.customer()).customer_id)
    assert answer["expires_at"] == (clock.now() + timedelta(hours=1)).isoformat().replace(
        "+00:00", "Z"
    )
    assert await ledger() == before
    assert await _customers(database) == 1

    clock.advance(timedelta(hours=1))
    member.token = answer["token"]
    assert await refusal(await member.get("me")) == (401, "sign_in_required")
    clock.advance(timedelta(seconds=1))
    assert await refusal(await _start(member, launch)) == (401, "expired")


@pytest.mark.parametrize(
    "user",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"id":"42"}',
        '{"id":true}',
        '{"id":0}',
        '{"id":-1}',
        '{"id":9223372036854775808}',
        '{"id":42.0}',
        '{"id":null}',
    ],
)
async def test_m6_a_launch_without_a_real_user_is_401(
    a_phone: MakePhone, clock: FixedClock, database: str, user: str
) -> None:
    at = int(clock.now().timestamp())

    response = await _start(a_phone(), init_data(at=at, user=user))

    assert await refusal(response) == (401, "invalid_init_data")
    assert await _customers(database) == 0


async def test_m6_a_launch_without_user_is_401(a_phone: MakePhone, clock: FixedClock) -> None:
    response = await _start(a_phone(), signed(auth_date=str(int(clock.now().timestamp()))))

    assert await refusal(response) == (401, "invalid_init_data")


@pytest.mark.parametrize(
    "header", ["", "tma", "tma ", "link ", "link x", "Bearer x", "Basic YTpi", "zalo x", "é é"]
)
async def test_no_proof_no_session(a_phone: MakePhone, database: str, header: str) -> None:
    phone = a_phone()

    response = await phone.client.post(f"{phone.api}/session", headers={"Authorization": header})

    assert (await refusal(response))[0] == 401
    assert await _customers(database) == 0


HOSTILE = {
    "html": "<b>An</b><script>alert(1)</script>",
    "template": "{{7*7}}${7*7}%(name)s",
    "formula": "=1+1",
    "right to left": "\u202enA",
    "nul": "A\x00n",
    "marks": "n" + "\u0301" * 256,
    "surrogate": "An\ud800",
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_w8_a_hostile_name_is_plain_text(a_phone: MakePhone, case: str) -> None:
    # A lone surrogate can travel in JSON only as an escape.
    user = json.dumps({"id": 42, "first_name": HOSTILE[case]})
    phone = a_phone()
    at = int(phone.clock.now().timestamp())

    response = await _start(phone, init_data(at=at, user=user))

    name = (await response.json())["customer"]["name"]
    assert response.status == 200
    assert response.content_type == "application/json"
    assert len(name) <= 64
    assert not set(name) & set("\x00\u202e\ud800")


@pytest.mark.parametrize(
    "start_param",
    [
        "https://evil.example/",
        "//evil",
        "javascript:alert(1)",
        "r_" + "A" * 511,
        "r_\x00",
        "r_'--",
        "r_",
        "s_",
        "x_unknown",
        "../..",
        "r_Ａ１",
    ],
)
async def test_r7_a_strange_start_parameter_is_ignored(
    a_phone: MakePhone, ledger: Digest, database: str, start_param: str
) -> None:
    phone = a_phone()

    signed_in = await phone.signs_in(start_param)

    assert signed_in["customer"]["registered"] is False
    assert await ledger() == NOBODY
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("select count(*) from referral") == 0
    await connection.close()


async def test_r7_a_start_parameter_of_another_program_brings_nobody(
    a_phone: MakePhone, ledger: Digest
) -> None:
    launch = init_data("42:another-program", start_param="r_ABCDEFGH")

    assert await refusal(await _start(a_phone(), launch)) == (401, "invalid_init_data")
    assert await ledger() == NOBODY


@pytest.mark.parametrize("body", [{"start_param": 1}, {"start_param": ["r_A"]}, {"balance": 9}, []])
async def test_m8_a_strange_body_signs_nobody_in(
    a_phone: MakePhone, database: str, body: object
) -> None:
    phone = a_phone()

    response = await phone.client.post(
        f"{phone.api}/session", headers={"Authorization": f"tma {phone.launch()}"}, json=body
    )

    assert await refusal(response) == (422, "invalid_input")
    assert await _customers(database) == 0
