"""The worker process: periodic jobs, and the bot's chats where a token is set."""

import asyncio
import logging
from contextlib import suppress

from app.settings import Settings
from domain import db, programs, secrets
from domain.clock import Clock, SystemClock
from domain.jobs import JOBS, Job

_log = logging.getLogger("app.worker")
_POOL_SIZE = 12
_NEXT_LOOK_SECONDS = 5.0


async def serve(settings: Settings, dsn: str, _redis_url: str) -> None:
    """Work until cancelled or told to stop; what is being done is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    secrets.configure(settings.signing_key())
    clock, stop = SystemClock(), asyncio.Event()
    async with db.opened(dsn, pool_size=_POOL_SIZE), asyncio.TaskGroup() as tasks:
        for job in JOBS:
            tasks.create_task(keep_doing(job, clock, stop))
        tasks.create_task(_chat(settings, clock, stop))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:  # told to stop: the tasks end at their next pause
            stop.set()


async def keep_doing(job: Job, clock: Clock, stop: asyncio.Event) -> None:
    """Do a job again and again; one that fails is logged and tried again at its next turn."""
    while not stop.is_set():
        try:
            await job.do(clock.now())
        except Exception:  # noqa: BLE001 - the next turn may well succeed
            _log.exception("job failed: %s", job.name)
        await _pause(job.every.total_seconds(), stop)


async def _chat(settings: Settings, clock: Clock, stop: asyncio.Event) -> None:
    if not settings.telegram_bot_token:
        return
    while (program := await programs.first()) is None:
        await _pause(_NEXT_LOOK_SECONDS, stop)
        if stop.is_set():
            return
    # aiogram takes seconds and 170 MB to import: only where there is a bot.
    from bot.telegram.config import BotConfig  # noqa: PLC0415
    from bot.telegram.worker import run  # noqa: PLC0415

    config = BotConfig(
        api_url=settings.telegram_api_url,
        public_url=settings.address,
        mode=settings.telegram_mode,
        webhook_secret=settings.telegram_webhook_secret,
    )
    await run(program, settings.telegram_bot_token, config=config, clock=clock, stop=stop)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
