import logging
from dataclasses import replace

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramServerError

from bot.telegram.cards import Card, shown
from bot.telegram.client import connect
from bot.telegram.config import BotConfig
from bot.telegram.secrecy import keep_out_of_logs
from tests.clock import FixedClock
from tests.peers.bot_api import TOKEN, BotApi, Fault

SECRET = TOKEN.partition(":")[2]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9", "http://no-such-host.invalid", "http://127.0.0.1:99999", "nothing://x"],
)
async def test_w14_an_api_that_is_not_there_fails_without_the_token(
    config: BotConfig, clock: FixedClock, address: str
) -> None:
    bot, session = connect(TOKEN, replace(config, api_url=address), clock)

    with pytest.raises(TelegramNetworkError) as caught:
        await bot.get_me()
    await session.close()

    assert SECRET not in f"{caught.value!r} {caught.value}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_w14_an_answer_that_is_none_fails_without_the_token(
    config: BotConfig, clock: FixedClock, peer: BotApi
) -> None:
    bot, session = connect(TOKEN, config, clock)
    peer.fail("getMe", Fault(status=502, body=f"no route to /bot{TOKEN}/getMe"))

    with pytest.raises(TelegramServerError) as caught:
        await bot.get_me()
    await session.close()

    assert SECRET not in f"{caught.value!r} {caught.value}"
    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", ["aiogram.event", "aiohttp.client", "asyncio", "bot.telegram"])
def test_w14_a_record_with_the_token_leaves_without_it(
    caplog: pytest.LogCaptureFixture, name: str
) -> None:
    keep_out_of_logs(TOKEN)
    logger = logging.getLogger(name)

    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        logger.exception("calling /bot%s/getMe failed", TOKEN)

    assert SECRET not in caplog.text
    assert caplog.text.count("[token]") == 2


def test_a_card_shows_markup_as_the_text_that_it_is() -> None:
    card = Card(title="<b>An</b>", lines=("1 < 2 & 3", "", "it's"))

    assert card.html == "<b>&lt;b&gt;An&lt;/b&gt;</b>\n\n1 &lt; 2 &amp; 3\n\nit's"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("An", "An"),
        ("Ngọc Ánh", "Ngọc Ánh"),
        ("علي", "\u2068علي\u2069"),
        ("An א", "\u2068An א\u2069"),
    ],
)
def test_a_name_that_runs_right_to_left_ends_with_itself(name: str, expected: str) -> None:
    assert shown(name) == expected
