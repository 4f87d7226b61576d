"""How the bot introduces itself to Telegram: commands, menu button, where updates go."""

from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    MenuButtonCommands,
    MenuButtonWebApp,
    WebAppInfo,
)

from bot.telegram.commands import described
from bot.telegram.config import BotConfig
from bot.telegram.intake import KINDS
from bot.telegram.keyboards import app_url
from domain import programs
from domain.bots import BotNeedsHttps
from domain.programs import Program
from locales import LOCALES, Translator, translator


async def introduce(bot: Bot, program: Program, config: BotConfig) -> None:
    """Tell Telegram what the bot can do and where updates go; remember the bot's own name.

    Doing it again changes nothing. Raises BotNeedsHttps, after everything else was told, if
    Telegram could not deliver to our address.
    """
    me = await bot.get_me()
    await programs.set_telegram_bot(program, me.username or "")
    say = translator(program.locale)
    await bot.set_my_commands(_commands(say))
    for locale in LOCALES:
        await bot.set_my_commands(_commands(translator(locale)), language_code=locale)
    await bot.set_chat_menu_button(menu_button=_menu_button(say, program, config.public_url))
    await _direct_updates(bot, program, config)


async def speak_in_chat(
    bot: Bot, chat: int, program: Program, public_url: str, say: Translator
) -> None:
    """Let commands and menu button of one chat be in its own language."""
    button = _menu_button(say, program, public_url)
    # A chat that Telegram makes an exception of keeps the commands of all.
    with suppress(TelegramBadRequest):
        await bot.set_my_commands(_commands(say), scope=BotCommandScopeChat(chat_id=chat))
        await bot.set_chat_menu_button(chat_id=chat, menu_button=button)


async def _direct_updates(bot: Bot, program: Program, config: BotConfig) -> None:
    if config.mode == "polling":
        await bot.delete_webhook()
        return
    if not config.public_url.startswith("https://"):
        raise BotNeedsHttps
    await bot.set_webhook(
        f"{config.public_url}/p/{program.slug}/telegram",
        secret_token=config.webhook_secret,
        allowed_updates=list(KINDS),
    )


def _commands(say: Translator) -> list[BotCommand]:
    return [BotCommand(command=name, description=words) for name, words in described(say).items()]


def _menu_button(
    say: Translator, program: Program, public_url: str
) -> MenuButtonWebApp | MenuButtonCommands:
    url = app_url(public_url, program.slug)
    if not url.startswith("https://"):
        return MenuButtonCommands()
    return MenuButtonWebApp(text=say.text("Open card"), web_app=WebAppInfo(url=url))
