"""Connecting a bot: Telegram is asked first, and what it says is told in a sentence."""

from collections.abc import AsyncIterator

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from domain.bots import bind_chat, bot_of
from tests.admin.desk import Desk, acts, serve
from tests.clock import FixedClock
from tests.factories import a_bot, a_program
from tests.peers import bot_api
from tests.peers.bot_api import BAD_GATEWAY, DROP, TOKEN, USERNAME, BotApi, Fault

PLACE = "/admin/settings/telegram"


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    async with bot_api.running() as peer:
        yield peer


@pytest.fixture
async def desk(
    opened: str, aiohttp_client: AiohttpClient, clock: FixedClock, telegram: BotApi
) -> Desk:
    return await serve(aiohttp_client, await a_program(), clock, telegram_api_url=telegram.url)


async def _connect(desk: Desk, token: str = TOKEN) -> int:
    await desk.get(PLACE)
    return await desk.submit(PLACE, token=token)


async def test_a_token_that_telegram_knows_connects_the_bot(desk: Desk) -> None:
    await desk.sign_in()

    assert await _connect(desk) == 303

    bot = await bot_of(desk.program.id)
    assert bot is not None
    assert (bot.username, bot.token) == (USERNAME, TOKEN)
    await desk.get(PLACE)
    assert f"@{USERNAME}" in desk.html
    assert TOKEN.partition(":")[2] not in desk.html
    assert TOKEN.partition(":")[2] not in str(await acts())


@pytest.mark.parametrize(
    "token", ["", "hello", "12:short", f"{TOKEN} x", "7000000001:../../getMe", "x" * 500]
)
async def test_what_is_no_token_is_not_asked_about(
    desk: Desk, telegram: BotApi, token: str
) -> None:
    await desk.sign_in()

    assert await _connect(desk, token) == 422

    assert 'id="token-wrong"' in desk.html
    assert telegram.calls + telegram.strangers == []


@pytest.mark.parametrize(
    "fault", [None, BAD_GATEWAY, DROP, Fault(status=200, body="<html>"), Fault(status=500)]
)
async def test_a_wrong_token_and_a_broken_telegram_are_told_apart(
    desk: Desk, telegram: BotApi, fault: Fault | None
) -> None:
    await desk.sign_in()
    if fault:
        telegram.fail("getMe", fault)

    assert await _connect(desk, TOKEN if fault else f"7000000009:{'A' * 35}") == 422

    assert ("BotFather" in desk.html.split('id="token-wrong"')[1][:900]) == (fault is None)
    assert await bot_of(desk.program.id) is None
    # Nothing is lost: the next try succeeds.
    assert await _connect(desk) == 303


async def test_a_bot_belongs_to_one_program(desk: Desk) -> None:
    await desk.sign_in()
    await a_bot(await a_program())

    assert await _connect(desk) == 422

    assert await bot_of(desk.program.id) is None


async def test_the_code_for_the_chat_is_shown_once(desk: Desk) -> None:
    await desk.sign_in()
    await _connect(desk)
    await desk.get(PLACE)

    assert await desk.submit(f"{PLACE}/chat-code") == 200
    assert "/bind " in desk.html

    await desk.get(PLACE)
    assert "/bind " not in desk.html


async def test_a_bound_chat_can_be_let_go(desk: Desk) -> None:
    await desk.sign_in()
    await _connect(desk)
    await desk.get(PLACE)
    await desk.submit(f"{PLACE}/chat-code")
    code = desk.html.split("/bind ")[1].split("<")[0].strip()
    await bind_chat(desk.program, code, -4711, "Quán Mộc", now=desk.now)

    await desk.get(PLACE)
    assert "Quán Mộc" in desk.html
    assert await desk.submit(f"{PLACE}/chat-release") == 303

    bot = await bot_of(desk.program.id)
    assert bot is not None
    assert bot.admin_chat_id is None


async def test_the_secret_for_browsers_is_kept_and_taken_away(desk: Desk) -> None:
    await desk.sign_in()
    await _connect(desk)

    for secret in ("s3cret-of-botfather", ""):
        await desk.get(PLACE)
        assert await desk.submit(f"{PLACE}/login-secret", secret=secret) == 303
        bot = await bot_of(desk.program.id)
        assert bot is not None
        assert (bot.login_secret or "") == secret
        await desk.get(PLACE)
        assert "s3cret-of-botfather" not in desk.html


async def test_a_bot_can_be_taken_away(desk: Desk) -> None:
    await desk.sign_in()
    await _connect(desk)
    await desk.get(PLACE)

    assert await desk.submit(f"{PLACE}/disconnection") == 303

    assert await bot_of(desk.program.id) is None


async def test_a_manager_only_looks(desk: Desk) -> None:
    await desk.a_member("owner", name="Chị Hoa")
    await desk.sign_in("manager")
    await desk.get(PLACE)

    for place in (PLACE, f"{PLACE}/chat-code", f"{PLACE}/login-secret", f"{PLACE}/disconnection"):
        await desk.get(PLACE)
        assert "Chị Hoa" in desk.html
        assert await desk.submit(place, token=TOKEN) == 403
