"""The web process: every surface on one application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from aiohttp import web
from redis.asyncio import Redis

import admin.surface
import bot.telegram.webhook
import miniapp.surface
from app import logs, probes
from app.settings import Settings
from domain import bots, db, secrets
from domain.clock import Clock, SystemClock
from domain.content import pictures
from miniapp.shares import PREPARE_MESSAGE, Prepare
from web.keys import Limits, WebConfig
from web.limits import quick_redis
from web.prepared import prepare
from web.root import application

_POOL_SIZE = 12
_SHUTDOWN_SECONDS = 20
_IDLE_SECONDS = 75


async def serve(settings: Settings, dsn: str, redis_url: str) -> None:
    """Answer HTTP until cancelled; then finish the answers that were begun."""
    logs.configure()
    secrets.configure(settings.signing_key())
    pictures.configure(settings.pictures)
    async with db.opened(dsn, pool_size=_POOL_SIZE), quick_redis(redis_url) as redis:
        app = await make_app(settings, clock=SystemClock(), redis=redis)
        async with _running(app, settings):
            await asyncio.Event().wait()


async def make_app(settings: Settings, *, clock: Clock, redis: Redis | None) -> web.Application:
    """Return the application with all surfaces; the database is open."""
    bots.configure(settings.telegram_bot_token, settings.telegram_webhook_secret)
    config = WebConfig(
        public_url=settings.address,
        login_issuer=settings.telegram_login_issuer,
        telegram_api_url=settings.telegram_api_url,
        trusted_proxies=settings.proxies,
        limits=Limits(
            customer_burst=settings.customer_burst,
            sign_ins_per_minute=settings.sign_ins_per_minute,
        ),
    )
    app = application(config, clock=clock, redis=redis)
    probes.setup(app)
    app.router.add_get("/", _front_door)
    # Before the mini app, which answers everything else under /p/{program}/.
    bot.telegram.webhook.setup(app)
    miniapp.surface.setup(app)
    preparing: Prepare = partial(prepare, app)
    app[PREPARE_MESSAGE] = preparing
    admin.surface.setup(app)
    return app


async def _front_door(_request: web.Request) -> web.Response:
    raise web.HTTPSeeOther("/admin")


@asynccontextmanager
async def _running(app: web.Application, settings: Settings) -> AsyncIterator[None]:
    # Lines of requests would hold invite codes and tokens of links; the metrics count instead.
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=_SHUTDOWN_SECONDS,
        keepalive_timeout=_IDLE_SECONDS,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port, reuse_port=True).start()
        yield
    finally:
        await runner.cleanup()
