"""Several programs' bots in one worker, against a Bot API that knows them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.chats import keep_chats
from app.settings import Settings
from domain import bots, db
from domain.bots import Bot
from domain.programs import Program, by_slug
from tests.clock import FixedClock
from tests.factories import a_bot, a_program
from tests.peers import bot_api
from tests.peers.bot_api import BAD_GATEWAY, DROP, NO_TOKEN, REVOKED, TOKEN, USERNAME, BotApi, Fault

TEA = "7000000002:AAF-another-made-up-token-for-tests_01234567"
FRESH = "7000000002:AAF-the-token-that-BotFather-gave-afterwards"


@pytest.fixture
async def peer() -> AsyncIterator[BotApi]:
    async with bot_api.running() as server:
        server.others[TEA] = "tea_bot"
        yield server


@pytest.fixture
async def coffee(opened: str) -> Program:
    return await a_program(slug="coffee", name="Mộc Coffee")


@pytest.fixture
async def tea(coffee: Program) -> Program:
    return await a_program(slug="tea", name="Trà Sen")


@asynccontextmanager
async def _worker(peer: BotApi, clock: FixedClock, **settings: Any) -> AsyncIterator[None]:
    environment = Settings(telegram_api_url=peer.url, **settings)
    bots.configure(environment.telegram_bot_token, environment.telegram_webhook_secret)
    stop = asyncio.Event()
    task = asyncio.create_task(keep_chats(environment, clock, stop, every=0.01))
    try:
        yield
    finally:
        stop.set()
        peer.release()
        await task


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the worker is about to write."""
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.01)


async def _known(program: Program) -> Bot:
    bot = await bots.bot_of(program.id)
    assert bot is not None
    return bot


async def _problem(program: Program) -> str | None:
    return (await _known(program)).problem


def _start(update_id: int, person: int = 1) -> dict[str, Any]:
    message = {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": person, "type": "private"},
        "from": {"id": person, "is_bot": False, "first_name": "An", "language_code": "vi"},
        "text": "/start",
    }
    return {"update_id": update_id, "message": message}


async def test_each_programs_bot_is_served_and_answers_for_its_program_only(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock
) -> None:
    await a_bot(coffee, TOKEN)
    await a_bot(tea, TEA)
    peer.deliver(_start(7))
    peer.deliver(_start(7), token=TEA)

    async with _worker(peer, clock):
        await peer.until(lambda: len(peer.sent()) == 2)

    said = {call.token: call.text for call in peer.sent()}
    assert "Mộc Coffee" in said[TOKEN]
    assert "Trà Sen" in said[TEA]
    async with db.reading() as connection:
        homes = await connection.fetch("select distinct program_id from customer")
    assert {row["program_id"] for row in homes} == {coffee.id, tea.id}


async def test_a_bot_that_is_connected_later_is_introduced_without_a_restart(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock
) -> None:
    async with _worker(peer, clock):
        await a_bot(tea, TEA, username="old_name")
        await _until(lambda: _is_introduced(tea))

    assert (await by_slug("tea")).telegram_bot == "tea_bot"
    assert len(peer.of("setMyCommands", token=TEA)) == 3
    assert peer.of("setChatMenuButton", token=TEA)
    assert peer.of("getMe", token=TOKEN) == []


async def _is_introduced(program: Program) -> bool:
    return (await _known(program)).introduced_at is not None


async def test_the_environments_bot_is_the_first_programs_and_beats_a_stored_one(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock
) -> None:
    await a_bot(coffee, TEA)

    async with _worker(peer, clock, telegram_bot_token=TOKEN):
        await _until(lambda: _is_introduced(coffee))

    assert (await by_slug("coffee")).telegram_bot == USERNAME
    assert {call.token for call in peer.calls} == {TOKEN}


@pytest.mark.parametrize("fault", [REVOKED, NO_TOKEN], ids=["401", "404"])
async def test_a_token_that_telegram_does_not_know_is_said_and_not_asked_again(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock, fault: Fault
) -> None:
    peer.down[TEA] = fault
    await a_bot(coffee, TOKEN)
    await a_bot(tea, TEA)

    async with _worker(peer, clock):
        await _until(lambda: _has(tea, "bot_token_refused"))
        asked = len([c for c in peer.calls if c.token == TEA])
        peer.deliver(_start(7))
        await peer.until(lambda: bool(peer.sent()))

    assert await _problem(coffee) is None
    assert len([c for c in peer.calls if c.token == TEA]) == asked <= 2


async def _has(program: Program, problem: str | None) -> bool:
    return await _problem(program) == problem


async def test_a_token_revoked_while_we_work_loses_no_update(
    coffee: Program, peer: BotApi, clock: FixedClock
) -> None:
    """What was kept is answered once there is a new token."""
    peer.others[FRESH] = "tea_bot"
    await a_bot(coffee, TEA)

    async with _worker(peer, clock):
        await _until(lambda: _is_introduced(coffee))
        peer.fail("sendMessage", REVOKED)
        peer.deliver(_start(7), token=TEA)
        await _until(lambda: _has(coffee, "bot_token_refused"))
        assert len(peer.sent()) == 1

        await a_bot(coffee, FRESH)
        await peer.until(lambda: len(peer.sent()) == 2)

    assert peer.sent()[-1].token == FRESH
    assert await _problem(coffee) is None


async def test_a_changed_token_takes_over_from_the_old_one(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock
) -> None:
    peer.others[FRESH] = "tea_bot"
    await a_bot(coffee, TOKEN)
    await a_bot(tea, TEA)

    async with _worker(peer, clock):
        await _until(lambda: _is_introduced(tea))
        await a_bot(tea, FRESH)
        await _until(lambda: _is_introduced(tea))
        before = len([c for c in peer.calls if c.token == TEA])
        peer.deliver(_start(7), token=FRESH)
        await peer.until(lambda: bool(peer.sent()))

    assert [call.token for call in peer.sent()] == [FRESH]
    assert len([c for c in peer.calls if c.token == TEA]) == before
    assert len(peer.of("getMe", token=TOKEN)) == 1


@pytest.mark.parametrize("fault", [BAD_GATEWAY, DROP], ids=["502 with a page", "no answer"])
async def test_a_bot_api_out_of_reach_is_said_and_the_word_is_taken_back_when_it_answers(
    coffee: Program, peer: BotApi, clock: FixedClock, fault: Fault
) -> None:
    peer.down[TEA] = fault
    await a_bot(coffee, TEA)

    async with _worker(peer, clock):
        await _until(lambda: _has(coffee, "bot_api_unreachable"))
        del peer.down[TEA]
        await _until(lambda: _has(coffee, None))
        await _until(lambda: _is_introduced(coffee))


async def test_in_webhook_mode_without_https_the_bot_says_what_is_missing(
    coffee: Program, peer: BotApi, clock: FixedClock
) -> None:
    await a_bot(coffee, TEA)
    here = {"telegram_mode": "webhook", "telegram_webhook_secret": "s3cret"}

    async with _worker(peer, clock, public_url="http://loyalty.example.test", **here):
        await _until(lambda: _has(coffee, "bot_needs_https"))

    assert len(peer.of("getMe")) == 1
    assert peer.of("setWebhook") == []


async def test_each_bots_webhook_has_its_own_secret(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock
) -> None:
    await a_bot(tea, TEA)
    here = {
        "telegram_mode": "webhook",
        "telegram_webhook_secret": "s3cret",
        "telegram_bot_token": TOKEN,
    }

    async with _worker(peer, clock, public_url="https://loyalty.example.test", **here):
        await _until(lambda: _is_introduced(coffee))
        await _until(lambda: _is_introduced(tea))

    secrets = {c.params["url"]: c.params["secret_token"] for c in peer.of("setWebhook")}
    assert secrets == {
        "https://loyalty.example.test/p/coffee/telegram": "s3cret",
        "https://loyalty.example.test/p/tea/telegram": (await _known(tea)).webhook_secret,
    }


async def test_a_bot_that_is_taken_away_is_served_no_more(
    coffee: Program, tea: Program, peer: BotApi, clock: FixedClock
) -> None:
    await a_bot(coffee, TOKEN)
    await a_bot(tea, TEA)

    async with _worker(peer, clock):
        await _until(lambda: _is_introduced(tea))
        await bots.disconnect(tea, by="operator", now=clock.now())
        peer.deliver(_start(7))
        await peer.until(lambda: bool(peer.sent()))

    assert await bots.bot_of(tea.id) is None
    assert (await by_slug("tea")).telegram_bot is None
