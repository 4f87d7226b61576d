"""The worker process: periodic jobs, and the chats of every program that has a bot."""

import asyncio
import logging
from contextlib import suppress

from app.chats import keep_chats
from app.settings import Settings
from domain import bots, db, secrets
from domain.clock import Clock, SystemClock
from domain.jobs import JOBS, Job

_log = logging.getLogger("app.worker")
_POOL_SIZE = 12


async def serve(settings: Settings, dsn: str, _redis_url: str) -> None:
    """Work until cancelled or told to stop; what is being done is finished first."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    secrets.configure(settings.signing_key())
    bots.configure(settings.telegram_bot_token, settings.telegram_webhook_secret)
    clock, stop = SystemClock(), asyncio.Event()
    async with db.opened(dsn, pool_size=_POOL_SIZE), asyncio.TaskGroup() as tasks:
        for job in JOBS:
            tasks.create_task(keep_doing(job, clock, stop))
        tasks.create_task(keep_chats(settings, clock, stop))
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


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
