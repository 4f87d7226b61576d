"""The mini app over real HTTP, and phones that use it."""

from functools import partial

import asyncpg
import pytest
from pytest_aiohttp.plugin import AiohttpClient

from domain.programs import Program
from miniapp.surface import setup
from tests.clock import FixedClock
from tests.factories import a_bot, a_program
from tests.miniapp.phone import Client, Digest, MakePhone, Phone
from web.keys import WebConfig
from web.root import application

SLUG = "moc"


@pytest.fixture
async def program(opened: str) -> Program:
    made = await a_program(slug=SLUG, telegram_app="app")
    await a_bot(made, username="moc_bot")
    return made


@pytest.fixture
def config() -> WebConfig:
    return WebConfig(public_url="https://loyalty.example")


@pytest.fixture
async def client(
    program: Program, config: WebConfig, clock: FixedClock, aiohttp_client: AiohttpClient
) -> Client:
    app = application(config, clock=clock, redis=None)
    setup(app)
    return await aiohttp_client(app)


@pytest.fixture
def a_phone(client: Client, program: Program, clock: FixedClock) -> MakePhone:
    """Makes the phone of someone who has not opened the app yet."""
    return partial(Phone, client, program, clock)


@pytest.fixture
async def visitor(a_phone: MakePhone) -> Phone:
    """Signed in, terms not accepted."""
    phone = a_phone()
    await phone.signs_in()
    return phone


@pytest.fixture
async def member(visitor: Phone) -> Phone:
    """Signed in and registered: 50 points."""
    await visitor.joins()
    return visitor


@pytest.fixture
def ledger(database: str) -> Digest:
    """Counts and sums all movements and what waits to become one."""

    async def digest() -> tuple[int, int, int]:
        connection = await asyncpg.connect(database)
        row = await connection.fetchrow(
            "select (select count(*) from movement), (select coalesce(sum(amount), 0) from movement),"
            " (select count(*) from pending_award)"
        )
        await connection.close()
        return int(row[0]), int(row[1]), int(row[2])

    return digest
