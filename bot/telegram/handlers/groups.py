"""Groups: whoever calls the bot by its name there hears one sentence, the staff their report."""

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, Message

from bot.telegram.cards import Card, send
from bot.telegram.desk import Desk
from bot.telegram.handlers.report import is_admin_chat, report_card
from domain.programs import Program
from locales import translator


async def hear(message: Message, bot: Bot, program: Program, desk: Desk) -> None:
    """Answer a command that names us, or the staff's in their chat; to all else say nothing."""
    command, name = _command(message.text or "")
    names_us = bool(name) and name == (program.telegram_bot or "").lower()
    now, chat = desk.clock.now(), message.chat.id
    if command == "/report" and (names_us or not name) and await is_admin_chat(program, chat):
        await send(bot, chat, await report_card(program, desk.config.public_url, now=now))
    elif names_us and desk.flood.admits_group(chat, now):
        await send(bot, chat, _way_to_us(program))


def _command(text: str) -> tuple[str, str]:
    """Return the command that a text begins with, and the bot that it names, in small letters."""
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    command, _, name = first.partition("@")
    return (command, name) if command.startswith("/") else ("", "")


def _way_to_us(program: Program) -> Card:
    say = translator(program.locale)
    button = InlineKeyboardButton(
        text="💬 " + say.text("Talk to me"), url=f"https://t.me/{program.telegram_bot}"
    )
    return Card(title=say.text("I keep points in private chats only."), rows=((button,),))
