"""/notify: which kinds of notices a customer hears of, and the mute button below each of them."""

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.telegram.cards import Card, Event, acknowledge
from bot.telegram.keyboards import Go, Hear, Mute
from bot.telegram.visit import Visit
from domain.notices.kinds import KINDS, MUTABLE
from domain.notices.preferences import mute, muted

router = Router(name="notify")


@router.message(Command("notify", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "notify"))
async def notify(_: Event, visit: Visit) -> Card:
    """List the kinds, each a switch."""
    return await _switches(visit)


@router.callback_query(Hear.filter(F.kind.in_(MUTABLE)))
async def hear(_: Event, visit: Visit, callback_data: Hear) -> Card:
    """Turn a switch, and show them all as they stand now."""
    await mute(visit.customer.customer_id, callback_data.kind, on=not callback_data.on)
    return await _switches(visit)


@router.callback_query(Mute.filter(F.kind.in_(MUTABLE)))
async def mute_below(event: CallbackQuery, visit: Visit, callback_data: Mute, bot: Bot) -> None:
    """Mute the kind of a notice, whose words stay; its button then takes it back."""
    kind, say = callback_data.kind, visit.say
    await mute(visit.customer.customer_id, kind, on=not callback_data.on)
    words = (
        say.text("You will hear of this again.")
        if callback_data.on
        else say.text("You will not hear of this any more. /notify changes it.")
    )
    await acknowledge(bot, event, words)
    if isinstance(event.message, Message) and event.message.reply_markup:
        other = visit.keys.mute(kind, on=not callback_data.on)
        rows = event.message.reply_markup.inline_keyboard
        await _relabel(bot, event.message, [[_swapped(key, other) for key in row] for row in rows])


async def _switches(visit: Visit) -> Card:
    say, keys = visit.say, visit.keys
    off = await muted(visit.customer.customer_id)
    switches = tuple(
        (keys.hear(kind.code, kind.label, on=kind.code in off),)
        for kind in KINDS.values()
        if kind.code in MUTABLE
    )
    return Card(
        title=say.text("What do you want to hear of?"),
        lines=(
            say.text("Tap to switch: 🔔 comes, 🔕 does not."),
            say.text("From nine in the evening until eight in the morning it is always quiet."),
        ),
        rows=(*switches, (keys.menu(),)),
    )


def _swapped(key: InlineKeyboardButton, other: InlineKeyboardButton) -> InlineKeyboardButton:
    is_it = (key.callback_data or "").startswith(f"{Mute.__prefix__}{Mute.__separator__}")
    return other if is_it else key


async def _relabel(bot: Bot, message: Message, rows: list[list[InlineKeyboardButton]]) -> None:
    try:
        await bot.edit_message_reply_markup(
            chat_id=message.chat.id,
            message_id=message.message_id,
            reply_markup=InlineKeyboardMarkup(inline_keyboard=rows),
        )
    except TelegramBadRequest:
        # Too old to be changed, or pressed twice: the toast has said what counts.
        return
