"""A card: the one message with which every question is answered."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

# What a person can do to the bot: say something, or press a button.
Event = Message | CallbackQuery
Row = tuple[InlineKeyboardButton, ...]
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
_TOAST_MAX: Final = 200
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN"}


@dataclass(frozen=True, kw_only=True)
class Card:
    """What one message says, in plain text, and the buttons below it.

    Only the rendering writes markup, so nothing that a stranger is called can.
    """

    title: str
    # Paragraphs; an empty one keeps its distance.
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    # Shown over the chat for a moment when the card answers a button.
    toast: str = ""

    @property
    def html(self) -> str:
        """The message as Telegram takes it."""
        body = "\n".join(escape(line, quote=False) for line in self.lines)
        return f"<b>{escape(self.title, quote=False)}</b>" + (f"\n\n{body}" if body else "")

    @property
    def keyboard(self) -> InlineKeyboardMarkup:
        """The buttons as Telegram takes them."""
        return InlineKeyboardMarkup(inline_keyboard=[list(row) for row in self.rows if row])


def shown(name: str) -> str:
    """Return a name such that its direction of writing ends with it."""
    runs_left = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in name)
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if runs_left else name


async def send(bot: Bot, chat: int | str, card: Card) -> None:
    """Send the card as a new message."""
    await bot.send_message(
        chat,
        card.html,
        parse_mode="HTML",
        reply_markup=card.keyboard,
        link_preview_options=NO_PREVIEW,
    )


async def answer(bot: Bot, event: Event, card: Card) -> None:
    """Answer a message by a new one, and a button by changing the message that it stands on."""
    if isinstance(event, Message):
        return await send(bot, event.chat.id, card)
    await acknowledge(bot, event, card.toast)
    if isinstance(event.message, Message):
        return await _change(bot, event.message, card)
    return await send(bot, event.from_user.id, card)


async def acknowledge(bot: Bot, query: CallbackQuery, toast: str = "") -> None:
    """End the waiting that a pressed button shows."""
    # Of a query from yesterday Telegram wants to hear no more; what it asked for is done anyway.
    with suppress(TelegramBadRequest):
        await bot.answer_callback_query(query.id, text=toast[:_TOAST_MAX] or None)


async def _change(bot: Bot, message: Message, card: Card) -> None:
    try:
        await bot.edit_message_text(
            card.html,
            chat_id=message.chat.id,
            message_id=message.message_id,
            parse_mode="HTML",
            reply_markup=card.keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except TelegramBadRequest as error:
        if "not modified" not in error.message:
            await send(bot, message.chat.id, card)
