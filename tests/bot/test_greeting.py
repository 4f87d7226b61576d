from dataclasses import replace

import pytest

from bot.telegram.cards import Card, send
from bot.telegram.config import BotConfig
from bot.telegram.greeting import introduce
from bot.telegram.intake import KINDS
from bot.telegram.keyboards import Keyboard, app_url
from bot.telegram.line import Line, connected
from domain.programs import Program, by_slug
from locales import translator
from tests.clock import FixedClock
from tests.peers.bot_api import TOKEN, USERNAME, BotApi


async def _commands(peer: BotApi) -> dict[str | None, dict[str, str]]:
    return {
        call.params.get("language_code"): {
            each["command"]: each["description"] for each in call.params["commands"]
        }
        for call in peer.of("setMyCommands")
    }


async def test_the_bots_own_name_is_remembered_for_its_links(
    line: Line, program: Program, config: BotConfig
) -> None:
    await Program.filter(id=program.id).update(telegram_bot=None)

    await introduce(line.bot, program, config)

    assert (await by_slug("coffee")).telegram_bot == USERNAME


async def test_the_commands_are_listed_in_both_languages(
    line: Line, program: Program, config: BotConfig, peer: BotApi
) -> None:
    await introduce(line.bot, program, config)

    commands = await _commands(peer)
    names = ["app", "checkin", "points", "history", "invite", "notify", "language", "help"]
    names += ["privacy", "start"]
    assert {language: list(listed) for language, listed in commands.items()} == {
        None: names,
        "vi": names,
        "en": names,
    }
    assert commands["vi"]["checkin"] == "Điểm danh nhận điểm hôm nay"
    assert commands["en"]["checkin"] == "Check in for today's points"
    assert commands[None] == commands["vi"]


async def test_the_menu_button_opens_the_app(
    line: Line, program: Program, config: BotConfig, peer: BotApi
) -> None:
    await introduce(line.bot, program, config)

    (call,) = peer.of("setChatMenuButton")
    assert call.params["menu_button"] == {
        "type": "web_app",
        "text": "Mở thẻ",
        "web_app": {"url": "https://loyalty.example.test/p/coffee/app"},
    }


async def test_updates_are_delivered_with_our_secret(
    line: Line, program: Program, config: BotConfig, peer: BotApi
) -> None:
    await introduce(line.bot, program, config)

    (call,) = peer.of("setWebhook", "deleteWebhook")
    assert call.params["url"] == "https://loyalty.example.test/p/coffee/telegram"
    assert call.params["secret_token"] == config.webhook_secret
    assert TOKEN not in str(call.params)
    assert call.params["allowed_updates"] == list(KINDS)


async def test_who_polls_takes_the_webhook_away(
    line: Line, program: Program, config: BotConfig, peer: BotApi
) -> None:
    await introduce(line.bot, program, replace(config, mode="polling"))

    assert [c.method for c in peer.of("setWebhook", "deleteWebhook")] == ["deleteWebhook"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_on_a_machine_of_ones_own_the_app_opens_in_the_browser(
    program: Program, config: BotConfig, peer: BotApi, clock: FixedClock, host: str
) -> None:
    """Telegram opens nothing inside the chat but https, and links no host without a dot."""
    at_home = replace(config, mode="polling", public_url=f"http://{host}:8080")
    async with connected(program, TOKEN, config=at_home, clock=clock) as line:
        await introduce(line.bot, program, at_home)
        keys = Keyboard(translator("vi"), app_url(at_home.public_url, "coffee"))
        await send(line.bot, 1, Card(title="x", rows=((keys.app(),),)))

    (menu,) = peer.of("setChatMenuButton")
    assert menu.params["menu_button"] == {"type": "commands"}
    (button,) = peer.last(1).buttons
    assert button["url"] == "http://127.0.0.1:8080/p/coffee/app"


def test_w2_a_webhook_without_a_secret_is_not_set() -> None:
    with pytest.raises(ValueError, match="secret"):
        BotConfig(public_url="https://loyalty.example.test", mode="webhook")
