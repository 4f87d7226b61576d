from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from app.settings import Settings
from app.web import make_app
from domain import bots
from domain.customers.enrolment import address_of
from domain.customers.models import Customer
from domain.programs import Program
from miniapp.shares import PREPARE_MESSAGE
from tests.clock import FixedClock
from tests.factories import a_bot, a_member, a_program
from tests.peers import bot_api
from tests.peers.bot_api import HANG, TOKEN, BotApi, Fault, too_many

LINK = "https://t.me/moc_coffee_bot?startapp=s_ABCD2345"
WORDS = "Bạc <xỉu> & co. at Mộc Coffee: have a look!"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def peer() -> AsyncIterator[BotApi]:
    async with bot_api.running() as server:
        yield server


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program(slug="mocha")


@pytest.fixture
async def client(
    program: Program, peer: BotApi, clock: FixedClock, aiohttp_client: AiohttpClient
) -> Client:
    settings = Settings(telegram_api_url=peer.url)
    return await aiohttp_client(await make_app(settings, clock=clock, redis=None))


async def _prepared(client: Client, program: Program, customer: Customer) -> str | None:
    assert client.app
    return await client.app[PREPARE_MESSAGE](program, customer.customer_id, LINK, WORDS)


async def test_a_message_is_prepared_for_the_customer_alone(
    client: Client, program: Program, peer: BotApi
) -> None:
    await a_bot(program, TOKEN)
    customer = await a_member(program, locale="en")

    assert await _prepared(client, program, customer) == "prepared-1"

    (call,) = peer.of("savePreparedInlineMessage")
    card = call.params["result"]
    assert str(call.params["user_id"]) == await address_of(customer.customer_id, "telegram")
    assert card["input_message_content"]["message_text"] == (
        "<b>Bạc &lt;xỉu&gt; &amp; co. at Mộc Coffee: have a look!</b>"
    )
    assert card["reply_markup"]["inline_keyboard"] == [[{"text": "Have a look", "url": LINK}]]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=400, description="Bad Request: BOT_INLINE_DISABLED"),
        Fault(status=404, description="Not Found: method not found"),
        Fault(status=401, description="Unauthorized"),
        Fault(status=502, body="<html>Bad gateway</html>"),
        too_many(30),
        HANG,
    ],
    ids=["inline mode off", "old Bot API", "revoked", "down", "429", "silent"],
)
async def test_whatever_telegram_says_there_is_the_link_and_no_error(
    client: Client, program: Program, peer: BotApi, fault: Fault
) -> None:
    await a_bot(program, TOKEN)
    peer.fail("savePreparedInlineMessage", fault)

    assert await _prepared(client, program, await a_member(program)) is None


async def test_a_program_without_a_bot_prepares_nothing(
    client: Client, program: Program, peer: BotApi
) -> None:
    assert await bots.bot_of(program.id) is None
    assert await _prepared(client, program, await a_member(program)) is None
    assert peer.calls == []
