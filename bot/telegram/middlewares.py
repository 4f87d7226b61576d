"""What happens around every handler: who is heard, who they are, and how the answer goes out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import CallbackQuery, Message, TelegramObject, Update, User

from bot.telegram.cards import Card, Event, acknowledge, answer, send
from bot.telegram.config import BotConfig
from bot.telegram.flood import Flood
from bot.telegram.intake import CHANNEL
from bot.telegram.refusals import card_of
from bot.telegram.visit import Visit, identity
from domain.clock import Clock
from domain.customers.enrolment import mark_reachable, mark_unreachable
from domain.earning.arrival import Arrival, arrive
from domain.errors import Refusal
from domain.programs import Program
from locales import LOCALES, translator

Data = dict[str, Any]
Handler = Callable[[TelegramObject, Data], Awaitable[Any]]
# The account is busy or the clock is wrong: nothing to tell the customer, the update waits.
_TRANSIENT: Final = {"in_progress", "clock_behind", "busy", "unavailable"}
_START_MAX: Final = 64


@dataclass(frozen=True)
class Desk:
    """What all updates of one bot share."""

    config: BotConfig
    clock: Clock
    flood: Flood


def setup(dispatcher: Dispatcher) -> None:
    """Put the middlewares around every message and every pressed button, outermost first."""
    for observer in (dispatcher.message, dispatcher.callback_query):
        for middleware in (only_private, hold_floods_back, meet, send_answer):
            observer.outer_middleware(middleware)


async def only_private(handler: Handler, event: TelegramObject, data: Data) -> Any:
    """Hear people in their own chat with us; a group, a channel or a bot is not answered."""
    assert isinstance(event, Event)
    message = event.message if isinstance(event, CallbackQuery) else event
    user = event.from_user
    if message is None or message.chat.type != "private" or user is None or user.is_bot:
        return None
    return await handler(event, data)


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
    say = translator(_locale(_sender(event), program))
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
        locale=_locale(user, program),
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


def _locale(user: User, program: Program) -> str:
    """Return the language to begin with: the one that the person's Telegram speaks."""
    if not user.language_code:
        return program.locale
    code = user.language_code.partition("-")[0].lower()
    return code if code in LOCALES else "en"


def _sender(event: Event) -> User:
    assert event.from_user is not None
    return event.from_user
