import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from domain import bots
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_bot, a_program
from web.bots import bot_at, bot_for, forget_bots
from web.keys import WebConfig
from web.root import application


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program(slug="coffee")


@pytest.fixture
async def app(program: Program, clock: FixedClock) -> AsyncIterator[web.Application]:
    made = application(WebConfig(public_url="https://x.example"), clock=clock, redis=None)
    yield made
    await made.cleanup()


async def test_a_programs_bot_is_found_by_program_and_by_slug(
    app: web.Application, program: Program
) -> None:
    bot = await a_bot(program)

    assert await bot_for(app, program) == await bot_at(app, "coffee") == bot
    assert await bot_at(app, "nowhere") is None


async def test_what_was_read_is_used_again_until_it_is_forgotten(
    app: web.Application, program: Program
) -> None:
    assert await bot_for(app, program) is None
    await a_bot(program)
    assert await bot_for(app, program) is None

    forget_bots(app)

    assert await bot_for(app, program) is not None


async def test_many_who_ask_at_once_get_the_same(app: web.Application, program: Program) -> None:
    await a_bot(program)

    found = await asyncio.gather(*[bot_at(app, "coffee") for _ in range(20)])

    assert all(bot is found[0] for bot in found)


async def test_the_environments_bot_is_the_first_programs_only(
    app: web.Application, program: Program
) -> None:
    tea = await a_program(slug="tea")
    bots.configure("7000000009:AAF-of-the-environment", "s3cret")

    assert await bot_for(app, tea) is None
    assert (await bot_for(app, program)) == bots.Bot(
        program_id=program.id,
        slug="coffee",
        token="7000000009:AAF-of-the-environment",
        bot_id=7000000009,
        webhook_secret="s3cret",
        is_environments=True,
    )
