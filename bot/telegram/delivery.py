"""Delivering what the outbox owes, as fast as Telegram bears and not faster."""

import asyncio
import logging
from collections.abc import Iterable

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
from domain.notices import outbox, pace
from domain.notices.outbox import Notice
from domain.notices.quiet import quiet_until
from domain.programs import Program, zone_of
from locales import translator

_log = logging.getLogger("bot.telegram")
# Notices of one kind for one customer, told in one message.
Bundle = tuple[Notice, ...]


async def deliver_due(line: Line) -> int:
    """Deliver one round of what is due, side by side; return how many notices it was."""
    now, most = line.now(), line.config.notices_per_second
    if line.session.rest_until():
        return 0
    room = await pace.room(line.program_id, CHANNEL, most=most, now=now)
    notices = await outbox.due(line.program_id, CHANNEL, now=now, limit=room) if room else []
    if not notices:
        return 0
    if quiet := quiet_until(now, await zone_of(line.program_id, now)):
        for notice in notices:
            await outbox.postpone(notice, until=quiet)
        return len(notices)
    bundles = _bundled(notices)
    granted = await pace.take(line.program_id, CHANNEL, len(bundles), most=most, now=now)
    for bundle in bundles[granted:]:
        await _postpone(bundle, line)
    program = await line.program()
    await asyncio.gather(*[_deliver(line, program, bundle) for bundle in bundles[:granted]])
    return len(notices)


def _bundled(notices: Iterable[Notice]) -> list[Bundle]:
    bundles: dict[object, Bundle] = {}
    for notice in notices:
        key = (notice.customer_id, notice.kind)
        bundles[key] = (*bundles.get(key, ()), notice)
    return list(bundles.values())


async def _deliver(line: Line, program: Program, bundle: Bundle) -> None:
    first = bundle[0]
    say = translator(first.locale)
    keys = Keyboard(say, app_url(line.config.public_url, program.slug))
    card = card_of(first.kind, [notice.facts for notice in bundle], say, keys)
    if card is None:
        await _drop(bundle, "unknown kind", line)
    elif first.address is None or first.unreachable:
        await _drop(bundle, "unreachable", line)
    elif first.muted:
        await _drop(bundle, "muted", line)
    elif wait_until := line.gaps.take(first.address, line.now()):
        for notice in bundle:
            await outbox.postpone(notice, until=wait_until)
    else:
        await _send(line, bundle, first.address, card)


async def _send(line: Line, bundle: Bundle, chat: str, card: Card) -> None:
    try:
        await send(line.bot, chat, card)
    except TelegramRetryAfter:
        await silence_all(line)
        await _postpone(bundle, line)
    except TelegramForbiddenError:
        await _give_up_on_chat(line, bundle)
    except TelegramBadRequest as error:
        if "chat not found" in error.message:
            await _give_up_on_chat(line, bundle)
        else:
            await _drop(bundle, f"refused: {error.message}", line)
    except TelegramAPIError as error:
        if line.session.is_away():
            # Nothing is wrong with the notice: it waits for Telegram however long that takes.
            await _postpone(bundle, line)
            return
        _log.warning("notice %s is put off: %s", bundle[0].id, type(error).__name__)
        for notice in bundle:
            await outbox.retry(notice, type(error).__name__, now=line.now())
    else:
        for notice in bundle:
            await outbox.sent(notice, now=line.now())


async def silence_all(line: Line) -> None:
    """Let every process that sends for this bot obey the pause that Telegram asked for."""
    if until := line.session.silent_until():
        await pace.silence(line.program_id, CHANNEL, until=until)


async def _postpone(bundle: Bundle, line: Line) -> None:
    for notice in bundle:
        await outbox.postpone(notice, until=line.session.rest_until() or line.now())


async def _drop(bundle: Bundle, outcome: str, line: Line) -> None:
    for notice in bundle:
        await outbox.drop(notice, outcome, now=line.now())


async def _give_up_on_chat(line: Line, bundle: Bundle) -> None:
    await mark_unreachable(bundle[0].customer_id, CHANNEL, now=line.now())
    await _drop(bundle, "unreachable", line)
