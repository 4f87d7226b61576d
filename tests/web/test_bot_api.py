import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from domain.errors import InvalidInput, Refusal
from tests.clock import FixedClock
from tests.peers import bot_api as peers
from tests.peers.bot_api import (
    BAD_GATEWAY,
    DROP,
    NO_TOKEN,
    REVOKED,
    TOKEN,
    USERNAME,
    BotApi,
    Fault,
    too_many,
)
from web import bot_api
from web.bot_api import BotApiRefused, BotApiUnreachable, BotTokenRefused
from web.keys import WebConfig
from web.root import application

SECRET = TOKEN.partition(":")[2]
Call = Callable[..., Awaitable[object]]


@pytest.fixture
async def peer() -> AsyncIterator[BotApi]:
    async with peers.running() as server:
        yield server


@pytest.fixture
async def app(peer: BotApi, clock: FixedClock) -> AsyncIterator[web.Application]:
    config = WebConfig(public_url="https://x.example", telegram_api_url=peer.url)
    made = application(config, clock=clock, redis=None)
    made.freeze()
    yield made
    await made.cleanup()


async def test_a_method_is_called_and_its_result_returned(
    app: web.Application, peer: BotApi
) -> None:
    me = await bot_api.call(app, TOKEN, "getMe")

    assert (me["id"], me["username"]) == (7000000001, USERNAME)


async def test_parameters_arrive_as_telegram_reads_them_and_none_is_left_out(
    app: web.Application, peer: BotApi
) -> None:
    await bot_api.call(
        app,
        TOKEN,
        "sendMessage",
        chat_id=7,
        text="<b>Chào</b>",
        parse_mode="HTML",
        disable_notification=True,
        reply_markup={"inline_keyboard": [[{"text": "Mở", "url": "https://x.example"}]]},
        message_thread_id=None,
    )

    (call,) = peer.sent(7)
    assert call.text == "Chào"
    assert call.labels == ["Mở"]
    assert call.params["disable_notification"] is True
    assert "message_thread_id" not in call.params


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (REVOKED, BotTokenRefused),
        (NO_TOKEN, BotTokenRefused),
        (BAD_GATEWAY, BotApiUnreachable),
        (DROP, BotApiUnreachable),
        (Fault(status=404, body="<html>nothing here</html>"), BotApiUnreachable),
        (Fault(status=200, body="[1]"), BotApiUnreachable),
        (Fault(status=200, body="[" * 100_000), BotApiUnreachable),
        (Fault(), BotApiUnreachable),
        (Fault(status=302, body=""), BotApiUnreachable),
        (Fault(status=400, description="Bad Request: chat not found"), BotApiRefused),
        (too_many(30), BotApiRefused),
    ],
)
async def test_what_telegram_answers_is_a_refusal_without_the_token(
    app: web.Application,
    peer: BotApi,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    refusal: type[Refusal],
) -> None:
    peer.fail("getMe", fault)

    with caplog.at_level(logging.DEBUG), pytest.raises(refusal) as caught:
        await bot_api.call(app, TOKEN, "getMe")

    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__context__!r}"
    assert SECRET not in caplog.text


async def test_the_token_in_what_telegram_says_is_not_repeated(
    app: web.Application, peer: BotApi
) -> None:
    peer.fail("getMe", Fault(status=400, description=f"no such file bot{TOKEN}/x"))

    with pytest.raises(BotApiRefused, match=r"\[token\]"):
        await bot_api.call(app, TOKEN, "getMe")


async def test_an_api_that_is_not_there_is_unreachable(clock: FixedClock) -> None:
    config = WebConfig(public_url="https://x.example", telegram_api_url="http://127.0.0.1:9")
    app = application(config, clock=clock, redis=None)
    app.freeze()

    with pytest.raises(BotApiUnreachable) as caught:
        await bot_api.call(app, TOKEN, "getMe")
    await app.cleanup()

    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "token", ["", "1", "1:", "1:a/../../x", "1:ab cd efgh", f"{TOKEN}\n", "é:x"]
)
async def test_what_is_no_token_is_not_even_asked_about(
    app: web.Application, peer: BotApi, token: str
) -> None:
    with pytest.raises(InvalidInput):
        await bot_api.call(app, token, "getMe")

    assert peer.strangers == peer.calls == []
