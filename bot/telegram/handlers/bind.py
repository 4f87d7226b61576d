"""/bind: staff make a chat their own by a code that the settings page shows."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.types import Message, TelegramObject

from bot.telegram.cards import Card, send
from bot.telegram.desk import Desk
from bot.telegram.visit import language_of
from domain import bots
from domain.access.attempts import TooManyTries
from domain.bots import WrongChatCode
from domain.programs import Program
from locales import Translator, translator

Data = dict[str, Any]
Handler = Callable[[TelegramObject, Data], Awaitable[Any]]


async def bind(handler: Handler, event: TelegramObject, data: Data) -> Any:
    """Answer `/bind` wherever it is said, before anybody becomes a customer; pass on the rest."""
    assert isinstance(event, Message)
    program: Program = data["program"]
    code = _code(event.text or "", program.telegram_bot)
    if code is None:
        return await handler(event, data)
    desk: Desk = data["desk"]
    if _is_person(event) and desk.flood.admit(_sender(event), desk.clock.now()) == "heard":
        bot: Bot = data["bot"]
        await send(bot, event.chat.id, await _answer(event, program, code, desk))
    return None


async def _answer(message: Message, program: Program, code: str, desk: Desk) -> Card:
    say, chat = translator(_locale(message, program)), message.chat
    if not code:
        return Card(title=say.text("Write /bind and the code that the settings page shows."))
    title = chat.title or chat.full_name
    try:
        await bots.bind_chat(program, code, chat.id, title, now=desk.clock.now())
    except WrongChatCode as refusal:
        # Telegram may have repeated what was done already.
        bot = await bots.bot_of(program.id)
        if bot is None or bot.admin_chat_id != chat.id:
            return Card(title=say.text(refusal.message))
    except TooManyTries as refusal:
        words = "Too many wrong codes. Please try again in %(minutes)s minutes."
        return Card(title=say.text(words, minutes=refusal.facts["minutes"]))
    return _bound(say, program)


def _bound(say: Translator, program: Program) -> Card:
    return Card(
        title=say.text("This is now the staff's chat of %(program)s.", program=program.name),
        lines=(say.text("Write /report to see how the day goes."),),
    )


def _code(text: str, username: str | None) -> str | None:
    """Return what follows `/bind`, perhaps nothing; None if something else is said, or to another."""
    command, _, rest = text.strip().partition(" ")
    name, _, addressed = command.partition("@")
    is_ours = not addressed or addressed.lower() == (username or "").lower()
    return rest.strip() if name.lower() == "/bind" and is_ours else None


def _is_person(message: Message) -> bool:
    """Tell whether a person says it; a group's own admin may speak in the group's name."""
    speaks_for_group = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    user = message.from_user
    return user is not None and (speaks_for_group or not user.is_bot)


def _sender(message: Message) -> int:
    assert message.from_user is not None
    return message.from_user.id


def _locale(message: Message, program: Program) -> str:
    if message.chat.type == "private" and message.from_user:
        return language_of(message.from_user, program)
    return program.locale
