"""What happens around every handler: who is heard, who they are, and how the answer goes out."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import CallbackQuery, Message, TelegramObject, Update, User

from bot.telegram.cards import Card, Event, acknowledge, answer, send
from bot.telegram.desk import Desk
from bot.telegram.handlers import groups
from bot.telegram.handlers.bind import bind
from bot.telegram.intake import CHANNEL
from bot.telegram.refusals import card_of
from bot.telegram.visit import Visit, identity, language_of
from domain.customers.enrolment import mark_reachable, mark_unreachable
from domain.earning.arrival import Arrival, arrive
from domain.errors import Refusal
from domain.programs import Program
from locales import translator
from web.screens import screen_of

Data = dict[str, Any]
Handler = Callable[[TelegramObject, Data], Awaitable[Any]]
# The account is busy or the clock is wrong: nothing to tell the customer, the update waits.
_TRANSIENT: Final = {"in_progress", "clock_behind", "busy", "unavailable"}
_START_MAX: Final = 64


def setup(dispatcher: Dispatcher) -> None:
    """Put the middlewares around every message and every pressed button, outermost first."""
    dispatcher.message.outer_middleware(bind)
    for observer in (dispatcher.message, dispatcher.callback_query):
        for middleware in (by_chat, hold_floods_back, meet, send_answer):
            observer.outer_middleware(middleware)


async def by_chat(handler: Handler, event: TelegramObject, data: Data) -> Any:
    """Hear people in their own chat with us; in a group we say hardly anything, to bots nothing."""
    assert isinstance(event, Event)
    message = event.message if isinstance(event, CallbackQuery) else event
    user = event.from_user
    if message is None or user is None or user.is_bot:
        return None
    if message.chat.type == "private":
        return await handler(event, data)
    if isinstance(event, Message) and message.chat.type in ("group", "supergroup"):
        await groups.hear(event, data["bot"], data["program"], data["desk"])
    return None


async def hold_floods_back(handler: Handler, event: TelegramObject, data: Data) -> Any:
    """Answer so many updates of one person; what is beyond is dropped."""
    assert isinstance(event, Event)
    desk: Desk = data["desk"]
    admission = desk.flood.admit(_sender(event).id, desk.clock.now())
    if admission == "heard":
        return await handler(event, data)
    if admission == "warned":
        await _warn(event, data["bot"], data["program"])
    return None


async def meet(handler: Handler, event: TelegramObject, data: Data) -> Any:
    """Find out which customer it is, new ones included, and hand the handler their visit."""
    assert isinstance(event, Event)
    desk: Desk = data["desk"]
    update: Update = data["event_update"]
    now = desk.clock.now()
    arrival = await _arrival(event, data["program"], desk)
    await mark_reachable(arrival.customer.customer_id, CHANNEL)
    data["visit"] = Visit(
        program=data["program"],
        arrival=arrival,
        public_url=desk.config.public_url,
        update_id=update.update_id,
        now=now,
        screen=screen_of(_start_param(event)),
    )
    return await handler(event, data)


async def send_answer(handler: Handler, event: TelegramObject, data: Data) -> Any:
    """Send the card that the handler returns, or the card of the refusal that it raises."""
    assert isinstance(event, Event)
    visit: Visit = data["visit"]
    bot: Bot = data["bot"]
    try:
        card = await handler(event, data)
    except Refusal as refusal:
        if refusal.code in _TRANSIENT:
            raise
        card = await card_of(visit, refusal)
    if isinstance(card, Card):
        try:
            await answer(bot, event, card)
        except TelegramForbiddenError:
            customer = visit.customer.customer_id
            await mark_unreachable(customer, CHANNEL, now=visit.now)
    return card


async def _warn(event: Event, bot: Bot, program: Program) -> None:
    say = translator(language_of(_sender(event), program))
    words = say.text("That was a lot at once. Give me a moment, then go on.")
    if isinstance(event, CallbackQuery):
        await acknowledge(bot, event, words)
    else:
        await send(bot, event.chat.id, Card(title=words))


async def _arrival(event: Event, program: Program, desk: Desk) -> Arrival:
    user = _sender(event)
    return await arrive(
        program,
        identity(user.id),
        name=user.full_name,
        locale=language_of(user, program),
        start_param=_start_param(event),
        channel=CHANNEL,
        now=desk.clock.now(),
    )


def _start_param(event: Event) -> str | None:
    """Return what a deep link carries; Telegram lets through at most 64 characters."""
    text = event.text if isinstance(event, Message) else None
    command, _, param = (text or "").partition(" ")
    fits = command.partition("@")[0] == "/start" and 0 < len(param) <= _START_MAX
    return param if fits else None


def _sender(event: Event) -> User:
    assert event.from_user is not None
    return event.from_user
