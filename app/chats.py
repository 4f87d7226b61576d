"""The chats of all programs: each bot is served beside the others and does not know of them."""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.settings import Settings
from domain import bots, programs
from domain.bots import Bot
from domain.clock import Clock

_log = logging.getLogger("app.chats")
_LOOK_SECONDS: Final = 3.0
# When a bot that ended by itself is begun again: should Telegram not know it, it may have been
# wrong; a fault of ours may be over sooner.
_UNKNOWN_SECONDS: Final = 600.0
_FAULT_SECONDS: Final = 30.0


@dataclass
class _Service:
    """One bot that is being served, or was until it ended by itself."""

    bot: Bot
    # Results in how long to wait before it is begun again.
    task: asyncio.Task[float]
    stop: asyncio.Event
    ended_at: float = 0.0

    def is_of(self, bot: Bot | None) -> bool:
        """Tell whether the bot is still the one that is served here."""
        mine = (self.bot.slug, self.bot.token, self.bot.webhook_secret)
        return bot is not None and mine == (bot.slug, bot.token, bot.webhook_secret)

    def note_end(self, _task: object) -> None:
        """Begin to count the rest."""
        self.ended_at = time.monotonic()

    def has_rested(self) -> bool:
        """Tell whether it is time to begin again with what ended by itself."""
        return time.monotonic() - self.ended_at >= self.task.result()


class Chats:
    """Serves the bots that there are."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._services: dict[UUID, _Service] = {}

    async def look(self) -> None:
        """Begin with bots that are new, end with those that are gone or have another token."""
        wanted = {bot.program_id: bot for bot in await bots.all_bots()}
        for program_id, service in list(self._services.items()):
            is_same = service.is_of(wanted.get(program_id))
            if not is_same:
                service.stop.set()
            if service.task.done() and (not is_same or service.has_rested()):
                del self._services[program_id]
        for program_id, bot in wanted.items():
            # A bot whose token has changed waits here until the old one has finished.
            if program_id not in self._services:
                self._begin(bot)

    async def end(self) -> None:
        """Let all finish what they have begun."""
        for service in self._services.values():
            service.stop.set()
        await asyncio.gather(*[service.task for service in self._services.values()])

    def _begin(self, bot: Bot) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self._serve(bot, stop))
        service = _Service(bot, task, stop)
        task.add_done_callback(service.note_end)
        self._services[bot.program_id] = service

    async def _serve(self, bot: Bot, stop: asyncio.Event) -> float:
        # aiogram takes seconds and 170 MB to import: only where there is a bot.
        from bot.telegram.config import BotConfig  # noqa: PLC0415
        from bot.telegram.worker import run  # noqa: PLC0415

        config = BotConfig(
            api_url=self._settings.telegram_api_url,
            public_url=self._settings.address,
            mode=self._settings.telegram_mode,
            webhook_secret=bot.webhook_secret,
        )
        try:
            program = await programs.by_slug(bot.slug)
            await run(program, bot.token, config=config, clock=self._clock, stop=stop)
        except Exception:  # noqa: BLE001 - one program's bot must not end the others
            _log.exception("the bot of %s ended", bot.slug)
            return _FAULT_SECONDS
        return _UNKNOWN_SECONDS


async def keep_chats(
    settings: Settings, clock: Clock, stop: asyncio.Event, *, every: float = _LOOK_SECONDS
) -> None:
    """Serve the bots that there are, and those that come, until told to stop."""
    chats = Chats(settings, clock)
    while not stop.is_set():
        try:
            await chats.look()
        except Exception:  # noqa: BLE001 - the database may be back at the next look
            _log.exception("could not see which bots there are")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
    await chats.end()
