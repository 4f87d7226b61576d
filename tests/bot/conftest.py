from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.telegram import webhook
from bot.telegram.config import BotConfig
from bot.telegram.line import Line, connected
from domain.bots import Bot
from domain.programs import Program
from tests.bot.people import Room
from tests.clock import FixedClock
from tests.factories import a_bot, a_program
from tests.peers import bot_api
from tests.peers.bot_api import TOKEN, USERNAME, BotApi
from web.keys import WebConfig
from web.root import application

PUBLIC_URL = "https://loyalty.example.test"
Make = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


@pytest.fixture
async def peer() -> AsyncIterator[BotApi]:
    async with bot_api.running() as server:
        yield server


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program(slug="coffee", name="Mộc Coffee")


@pytest.fixture
async def bot(program: Program) -> Bot:
    return await a_bot(program, TOKEN, username=USERNAME)


@pytest.fixture
def config(peer: BotApi, bot: Bot, request: pytest.FixtureRequest) -> BotConfig:
    # Where outcomes are counted, a busy machine must not look like a chat that hangs.
    unhurried = request.node.get_closest_marker("unhurried")
    return BotConfig(
        api_url=peer.url,
        public_url=PUBLIC_URL,
        mode="webhook",
        webhook_secret=bot.webhook_secret,
        request_seconds=30 if unhurried else 1,
        polling_seconds=1,
        idle_seconds=0.01,
    )


@pytest.fixture
async def line(program: Program, config: BotConfig, clock: FixedClock) -> AsyncIterator[Line]:
    async with connected(program, TOKEN, config=config, clock=clock) as made:
        yield made
        # aiogram would wait a quarter of a second for TLS to say goodbye; there is none here.
        if made.session._session:
            await made.session._session.close()


@pytest.fixture
async def client(
    bot: Bot, clock: FixedClock, aiohttp_client: Make
) -> TestClient[web.Request, web.Application]:
    app = application(WebConfig(public_url=PUBLIC_URL), clock=clock, redis=None)
    webhook.setup(app)
    return await aiohttp_client(app)


@pytest.fixture
def room(
    client: TestClient[web.Request, web.Application], peer: BotApi, line: Line, bot: Bot
) -> Room:
    """Where people talk to the bot: webhook in, worker, Bot API out."""
    return Room(client, peer, line, bot.webhook_secret or "")
