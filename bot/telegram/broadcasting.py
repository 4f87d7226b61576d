"""Sending broadcasts: to each customer at most once, whatever happens to us or to Telegram."""

import asyncio
import logging
from zoneinfo import ZoneInfo

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.telegram.cards import Card, send, shown
from bot.telegram.delivery import silence_all
from bot.telegram.intake import CHANNEL
from bot.telegram.keyboards import Keyboard, app_url
from bot.telegram.line import Line
from domain.customers.enrolment import mark_unreachable
from domain.notices import pace, recipients
from domain.notices.broadcasts import Broadcast
from domain.notices.kinds import BROADCAST
from domain.notices.quiet import morning, quiet_until
from domain.notices.recipients import Recipient
from domain.programs import Program, zone_of
from locales import translator

_log = logging.getLogger("bot.telegram")
# The call never left us: nobody was there to take it.
_NOT_CONNECTED = "ClientConnector"


async def send_round(line: Line) -> int:
    """Send one round of what broadcasts owe, side by side; return to how many customers."""
    now = line.now()
    zone = await zone_of(line.program_id, now)
    plans = await recipients.under_way(line.program_id)
    if not plans or quiet_until(now, zone) or line.session.rest_until():
        return 0
    if not await line.outage.is_over(line.bot):
        return 0
    program = await line.program()
    return sum([await _go_on(line, program, plan, zone) for plan in plans])


async def _go_on(line: Line, program: Program, plan: Broadcast, zone: str) -> int:
    now, most = line.now(), line.config.broadcasts_per_second
    await recipients.give_up_lost(plan, now=now)
    waiting = await recipients.waiting(plan, now=now, limit=most)
    if not waiting:
        await recipients.finish(plan, now=now)
        return 0
    granted = await pace.take(program.id, CHANNEL, len(waiting), most=most, now=now)
    held = await recipients.hold(
        plan,
        waiting[:granted],
        today=now.astimezone(ZoneInfo(zone)).date(),
        tomorrow=morning(now, zone, days=1),
        now=now,
    )
    await asyncio.gather(*[_reach(line, program, plan, who) for who in held])
    return len(held)


async def _reach(line: Line, program: Program, plan: Broadcast, who: Recipient) -> None:
    if who.is_muted:
        await recipients.settle(who, "muted")
    elif who.is_unreachable:
        await recipients.settle(who, "unreachable")
    elif wait_until := line.gaps.take(who.address, line.now()):
        await recipients.put_back(who, until=wait_until)
    else:
        await _send(line, who, _card(line, program, plan, who))


def _card(line: Line, program: Program, plan: Broadcast, who: Recipient) -> Card:
    keys = Keyboard(translator(who.locale), app_url(line.config.public_url, program.slug))
    words = plan.words(who.locale).filled({"name": shown(who.name), "program": program.name})
    return Card(
        title=words.title,
        lines=(words.body,) if words.body else (),
        rows=((keys.named_screen(plan.screen),) if plan.screen else (), (keys.mute(BROADCAST),)),
    )


async def _send(line: Line, who: Recipient, card: Card) -> None:
    try:
        await send(line.bot, who.address, card)
    except TelegramRetryAfter:
        await silence_all(line)
        await recipients.put_back(who, until=line.session.rest_until() or line.now())
    except TelegramForbiddenError:
        await _give_up_on_chat(line, who)
    except TelegramBadRequest as error:
        if "chat not found" in error.message:
            await _give_up_on_chat(line, who)
        else:
            await recipients.settle(who, "refused", error.message)
    except TelegramAPIError as error:
        await _doubt(line, who, error)
    else:
        await recipients.settle(who, "sent")


async def _doubt(line: Line, who: Recipient, error: TelegramAPIError) -> None:
    """Telegram is away: try nobody else for a while, and this customer only if nothing left us."""
    line.outage.fear()
    _log.warning("broadcast to %s: %s", who.customer_id, type(error).__name__)
    if _never_left(error):
        await recipients.put_back(who, until=line.now())
    else:
        await recipients.settle(who, "unknown", type(error).__name__)


def _never_left(error: TelegramAPIError) -> bool:
    if isinstance(error, TelegramUnauthorizedError | TelegramNotFound):
        return True
    return isinstance(error, TelegramNetworkError) and _NOT_CONNECTED in error.message


async def _give_up_on_chat(line: Line, who: Recipient) -> None:
    await mark_unreachable(who.customer_id, CHANNEL, now=line.now())
    await recipients.settle(who, "unreachable")
