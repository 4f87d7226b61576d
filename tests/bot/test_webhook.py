import asyncio
import json
from collections.abc import Awaitable, Callable
from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.telegram import webhook
from bot.telegram.webhook import SECRET_HEADER
from domain import bots, db, inbox
from domain.programs import Program
from tests.clock import MONDAY_NOON as NOON
from tests.clock import FixedClock
from tests.factories import a_program
from web.keys import WebConfig
from web.root import application

TOKEN = "7000000001:AAF-made-up-token-for-tests_0123456789ab"
SECRET = "a-webhook-secret_0123"
Client = TestClient[web.Request, web.Application]
Make = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
async def program(opened: str) -> Program:
    made = await a_program(slug="coffee")
    bots.configure(TOKEN, SECRET)
    return made


@pytest.fixture
async def client(program: Program, clock: FixedClock, aiohttp_client: Make) -> Client:
    config = WebConfig(public_url="https://example.test")
    app = application(config, clock=clock, redis=None)
    webhook.setup(app)
    return await aiohttp_client(app)


def _update(update_id: int = 1, **event: object) -> bytes:
    sender = {"id": 42, "is_bot": False, "first_name": "An"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private"}, "from": sender}
    return json.dumps({"update_id": update_id, **(event or {"message": message})}).encode()


async def _post(
    client: Client, body: bytes, secret: str | None = SECRET, slug: str = "coffee"
) -> tuple[int, bytes]:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    answer = await client.post(f"/p/{slug}/telegram", data=body, headers=headers)
    return answer.status, await answer.read()


async def _kept() -> int:
    async with db.reading() as connection:
        return int(await connection.fetchval("select count(*) from received_update"))


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "1", "bí mật", "é"])
async def test_w1_without_the_secret_nobody_comes_in(client: Client, secret: str | None) -> None:
    answer = await _post(client, _update(), secret)

    assert answer == (401, b"")
    assert await _kept() == 0


async def test_w1_a_program_without_a_bot_has_no_webhook(client: Client) -> None:
    await a_program(slug="tea")

    for slug, secret in [("tea", SECRET), ("tea", ""), ("nothing-there", SECRET)]:
        assert await _post(client, _update(), secret, slug) == (401, b"")
    assert await _kept() == 0


@pytest.mark.parametrize("secret", [None, ""])
async def test_w1_a_bot_without_a_webhook_secret_lets_nobody_in(
    client: Client, secret: str | None
) -> None:
    bots.configure(TOKEN, secret)

    for given in (None, "", SECRET, "None"):
        assert await _post(client, _update(), given) == (401, b"")
    assert await _kept() == 0


async def test_an_update_is_kept_before_it_is_acknowledged(
    client: Client, program: Program
) -> None:
    body = _update(7)

    assert await _post(client, body) == (200, b"")

    (update,) = await inbox.due(program.id, "telegram", now=NOON, limit=10)
    assert (update.update_id, update.payload) == (7, body)


async def test_w3_five_deliveries_at_once_are_one_update(client: Client) -> None:
    answers = await asyncio.gather(*[_post(client, _update(7)) for _ in range(5)])

    assert answers == [(200, b"")] * 5
    assert await _kept() == 1


@pytest.mark.parametrize(
    ("_case", "body"),
    [
        ("empty", b""),
        ("no JSON", b"update"),
        ("cut off", b'{"update_id": 1'),
        ("a list", b"[]"),
        ("a number", b"1"),
        ("deep", b'{"update_id": 1, "message": ' + b"[" * 20_000),
        ("deep and closed", b"[" * 20_000 + b"]" * 20_000),
        ("no UTF-8", b'{"update_id": 1, "message": "\xff\xfe"}'),
        ("no id", b'{"message": {}}'),
        ("id as text", b'{"update_id": "1", "message": {}}'),
        ("id as a fraction", b'{"update_id": 1.0, "message": {}}'),
        ("id as a truth", b'{"update_id": true, "message": {}}'),
        ("id 0", b'{"update_id": 0, "message": {}}'),
        ("id below 0", b'{"update_id": -1, "message": {}}'),
        ("id too large", b'{"update_id": 9223372036854775808, "message": {}}'),
        ("id of 5,000 digits", b'{"update_id": ' + b"1" * 5_000 + b', "message": {}}'),
        ("id is no number", b'{"update_id": NaN, "message": {}}'),
    ],
)
async def test_w7_what_is_no_update_is_refused(client: Client, _case: str, body: bytes) -> None:
    status, _ = await _post(client, body)

    assert status == 400
    assert await _kept() == 0


async def test_w7_a_body_of_two_mebibytes_is_refused(client: Client) -> None:
    body = BytesIO(_update(1, message={"text": "x" * 2 * 1024 * 1024}))
    headers = {SECRET_HEADER: SECRET}
    answer = await client.post("/p/coffee/telegram", data=body, headers=headers)

    assert answer.status == 413
    assert await _kept() == 0


async def test_w7_a_body_that_claims_to_be_compressed_is_refused(client: Client) -> None:
    headers = {SECRET_HEADER: SECRET, "Content-Encoding": "deflate"}
    answer = await client.post("/p/coffee/telegram", data=_update(), headers=headers)

    assert answer.status == 400


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "poll", "from_the_future"])
async def test_w7_an_update_of_another_kind_is_acknowledged_and_ignored(
    client: Client, kind: str
) -> None:
    assert await _post(client, _update(1, **{kind: {"id": 1}})) == (200, b"")
    assert await _kept() == 0


@pytest.mark.parametrize("event", [None, 1, [], {}, {"from": 1}, {"from": {"id": "1"}}])
async def test_an_event_of_unknown_shape_is_kept_for_the_worker_to_park(
    client: Client, event: object
) -> None:
    assert await _post(client, _update(1, message=event)) == (200, b"")
    assert await _kept() == (0 if event is None else 1)


async def test_w8_a_name_that_no_jsonb_holds_is_kept(client: Client) -> None:
    body = _update(1, message={"from": {"id": 42, "first_name": "\0\ud800"}})

    assert await _post(client, body) == (200, b"")
    assert await _kept() == 1


async def test_only_post_is_answered(client: Client) -> None:
    answer = await client.get("/p/coffee/telegram", headers={SECRET_HEADER: SECRET})

    assert answer.status == 405
