"""The application that surfaces are mounted on."""

from aiohttp import web
from redis.asyncio import Redis

from domain.clock import Clock
from web import assets, bot_api, bots, errors, headers, limits, pictures
from web.gates import GATES, Gates
from web.keys import CLOCK, CONFIG, REDIS, WebConfig


def application(config: WebConfig, *, clock: Clock, redis: Redis | None) -> web.Application:
    """Return an application with our errors, headers, limits and static files, and no surface."""
    app = web.Application(middlewares=[errors.answer_refusals, headers.guard_origin])
    app[CONFIG] = config
    app[CLOCK] = clock
    if redis is not None:
        app[REDIS] = redis
    limits.setup(app, redis)
    app[GATES] = Gates()
    bots.setup(app)
    bot_api.setup(app)
    app.on_response_prepare.append(headers.add_headers)
    assets.add_routes(app)
    pictures.add_routes(app)
    return app
