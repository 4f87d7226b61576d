"""Delivering what the outbox owes, as fast as Telegram bears and not faster."""

import asyncio
import logging

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from bot.telegram.cards import Card, send
from bot.telegram.intake import CHANNEL
from bot.telegram.keyboards import Keyboard, app_url
from bot.telegram.line import Line
from bot.telegram.notices import card_of
from domain.customers.enrolment import mark_unreachable
from domain.notices import outbox
from domain.notices.outbox import Notice
from domain.programs import Program
from locales import translator

_log = logging.getLogger("bot.telegram")


async def deliver_due(line: Line) -> int:
    """Deliver one round of what is due, side by side; return how many notices it was."""
    now = line.now()
    room = line.pace.room(now)
    if not room or line.session.silent_until():
        return 0
    notices = await outbox.due(line.program_id, CHANNEL, now=now, limit=room)
    if notices:
        program = await line.program()
        await asyncio.gather(*[_deliver(line, program, notice) for notice in notices])
    return len(notices)


async def _deliver(line: Line, program: Program, notice: Notice) -> None:
    say = translator(notice.locale)
    keys = Keyboard(say, app_url(line.config.public_url, program.slug))
    card = card_of(notice.kind, notice.facts, say, keys)
    if card is None:
        await outbox.drop(notice, "unknown kind", now=line.now())
    elif notice.address is None or notice.unreachable:
        await outbox.drop(notice, "unreachable", now=line.now())
    elif wait_until := line.pace.take(notice.address, line.now()):
        await outbox.postpone(notice, until=wait_until)
    else:
        await _send(line, notice, notice.address, card)


async def _send(line: Line, notice: Notice, chat: str, card: Card) -> None:
    try:
        await send(line.bot, chat, card)
    except TelegramRetryAfter:
        await outbox.postpone(notice, until=line.session.silent_until() or line.now())
    except TelegramForbiddenError:
        await _give_up_on_chat(line, notice)
    except TelegramBadRequest as error:
        if "chat not found" in error.message:
            await _give_up_on_chat(line, notice)
        else:
            await outbox.drop(notice, f"refused: {error.message}", now=line.now())
    except TelegramAPIError as error:
        _log.warning("notice %s is put off: %s", notice.id, type(error).__name__)
        await outbox.retry(notice, type(error).__name__, now=line.now())
    else:
        await outbox.sent(notice, now=line.now())


async def _give_up_on_chat(line: Line, notice: Notice) -> None:
    await mark_unreachable(notice.customer_id, CHANNEL, now=line.now())
    await outbox.drop(notice, "unreachable", now=line.now())
