"""Polling: the same updates fetched instead of delivered, kept in the same inbox."""

import json
from typing import Any

from aiogram.methods import TelegramMethod

from bot.telegram.intake import KINDS, keep, read
from bot.telegram.line import Line


class RawUpdates(TelegramMethod[list[Any]]):
    """`getUpdates` as it is: one update that aiogram cannot read must not stop all others."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


async def poll(line: Line, offset: int | None) -> int | None:
    """Fetch updates from `offset` on and keep them; return the offset of the next call.

    Telegram forgets an update only when it is asked for the next one: until then it is kept.
    """
    config = line.config
    updates = await line.bot(
        RawUpdates(offset=offset, timeout=config.polling_seconds, allowed_updates=list(KINDS)),
        request_timeout=int(config.polling_seconds + config.request_seconds),
    )
    for update in updates:
        if incoming := read(json.dumps(update).encode()):
            await keep(line.program_id, incoming, now=line.now())
        offset = int(update["update_id"]) + 1
    return offset
