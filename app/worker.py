"""The worker process: periodic jobs, and the chats of every program that has a bot."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import perf_counter

from aiohttp import web

from app import logs, probes
from app.chats import keep_chats
from app.settings import Settings
from domain import bots, db, secrets
from domain.clock import Clock, SystemClock
from domain.content import feed_reading, pictures
from domain.jobs import JOBS, Job
from domain.measures import JOB_SECONDS
from domain.measures import JOBS as JOBS_DONE
from web.fetching import Fetcher
from web.keys import CLOCK

_log = logging.getLogger("app.worker")
_POOL_SIZE = 12


async def serve(settings: Settings, dsn: str, _redis_url: str) -> None:
    """Work until cancelled or told to stop; what is being done is finished first."""
    logs.configure()
    secrets.configure(settings.signing_key())
    pictures.configure(settings.pictures)
    feed_reading.configure(Fetcher())
    bots.configure(settings.telegram_bot_token, settings.telegram_webhook_secret)
    clock, stop = SystemClock(), asyncio.Event()
    async with (
        db.opened(dsn, pool_size=_POOL_SIZE),
        probed(settings, clock),
        asyncio.TaskGroup() as tasks,
    ):
        for job in JOBS:
            tasks.create_task(keep_doing(job, clock, stop))
        tasks.create_task(keep_chats(settings, clock, stop))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:  # told to stop: the tasks end at their next pause
            stop.set()


@asynccontextmanager
async def probed(settings: Settings, clock: Clock) -> AsyncIterator[None]:
    """Answer probes and metrics on WORKER_PORT meanwhile, if there is one."""
    if settings.worker_port is None:
        yield
        return
    app = web.Application()
    app[CLOCK] = clock
    probes.setup(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.worker_port).start()
        yield
    finally:
        await runner.cleanup()


async def keep_doing(job: Job, clock: Clock, stop: asyncio.Event) -> None:
    """Do a job again and again; one that fails is logged and tried again at its next turn."""
    while not stop.is_set():
        began, outcome = perf_counter(), "done"
        try:
            await job.do(clock.now())
        except Exception:  # noqa: BLE001 - the next turn may well succeed
            _log.exception("job failed: %s", job.name)
            outcome = "failed"
        JOBS_DONE.labels(job.name, outcome).inc()
        JOB_SECONDS.labels(job.name).set(perf_counter() - began)
        await _pause(job.every.total_seconds(), stop)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
