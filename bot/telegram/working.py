"""Working the inbox: each update is handled, and then done, put off, or parked."""

import asyncio
import json
import logging
from contextlib import suppress
from typing import Final

from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import Update

from bot.telegram.cards import Card, send
from bot.telegram.dispatcher import dispatcher
from bot.telegram.intake import CHANNEL
from bot.telegram.keyboards import Keyboard, app_url
from bot.telegram.line import Line
from bot.telegram.secrecy import redacted
from domain import inbox
from domain.inbox import Received
from locales import translator

_log = logging.getLogger("bot.telegram")
# Well within the lease, so that no second worker begins while the first is still at it, and
# within the time that a stopping process is given.
_SECONDS: Final = 20


async def claim(line: Line, limit: int) -> list[Received]:
    """Claim updates to work on; none while Telegram wants silence, or is away."""
    if limit <= 0 or line.session.rest_until():
        return []
    return await inbox.due(line.program_id, CHANNEL, now=line.now(), limit=limit)


async def work_due(line: Line) -> int:
    """Work one round of what is due, side by side; return how many updates it was."""
    updates = await claim(line, line.config.parallel)
    await asyncio.gather(*[work(line, update) for update in updates])
    return len(updates)


async def work(line: Line, update: Received) -> None:
    """Handle an update and write down what became of it. It fails only if that fails."""
    try:
        async with asyncio.timeout(_SECONDS):
            await _handle(line, update)
    except TelegramRetryAfter:
        await _wait(line, update)
    except TelegramForbiddenError:
        await inbox.done(update, now=line.now())
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the others
        if isinstance(error, TelegramAPIError) and line.session.is_away():
            # Nothing is wrong with the update: it waits for Telegram however long that takes.
            await _wait(line, update)
        else:
            await _put_off(line, update, error)
    else:
        await inbox.done(update, now=line.now())


async def _handle(line: Line, received: Received) -> None:
    update = Update.model_validate_json(_text(received.payload), context={"bot": line.bot})
    await dispatcher().feed_update(
        line.bot, update, program=await line.program(), desk=line.desk, now=line.now()
    )


async def _wait(line: Line, update: Received) -> None:
    await inbox.postpone(update, until=line.session.rest_until() or line.now())


async def _put_off(line: Line, update: Received, error: Exception) -> None:
    problem = redacted(f"{type(error).__name__}: {error}", line.bot.token)
    if await inbox.retry(update, problem, now=line.now()):
        _log.warning("update %d is put off: %s", update.update_id, problem)
        return
    _log.error("update %d is parked", update.update_id, exc_info=error)
    with suppress(TelegramAPIError):
        await _apologise(line, update)


async def _apologise(line: Line, update: Received) -> None:
    """Tell somebody whose update is given up that nothing is lost, if it is known who that is."""
    if not update.conversation.isdigit():
        return
    program = await line.program()
    say = translator(program.locale)
    keys = Keyboard(say, app_url(line.config.public_url, program.slug))
    card = Card(
        title=say.text("Something went wrong on our side"),
        lines=(say.text("Your points are safe. Please try again in a moment."),),
        rows=((keys.app(),), (keys.menu(),)),
    )
    await send(line.bot, update.conversation, card)


def _text(payload: bytes) -> str:
    """Return the update as text that any parser takes: half a surrogate pair is none."""
    text = json.dumps(json.loads(payload), ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
