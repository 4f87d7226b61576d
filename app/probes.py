"""Probes and metrics: what an operator's machines ask."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from domain import health

_log = logging.getLogger("app")
_ANSWERS: Final = Counter("loyalty_answers", "Answers by route and status", ["route", "status"])
_SECONDS: Final = Histogram("loyalty_answer_seconds", "Seconds to an answer by route", ["route"])
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def setup(app: web.Application) -> None:
    """Serve `/healthz`, `/readyz` and `/metrics`, and count what is answered."""
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    app.middlewares.insert(0, _count)


@web.middleware
async def _count(request: web.Request, handler: Handler) -> web.StreamResponse:
    began, status = time.perf_counter(), 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as answer:
        status = answer.status
        raise
    finally:
        # The route's pattern, never its path: a path may hold a customer's token or name.
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unknown"
        _ANSWERS.labels(route, status).inc()
        _SECONDS.labels(route).observe(time.perf_counter() - began)
    return response


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _readyz(_request: web.Request) -> web.Response:
    try:
        ready = await health.is_ready()
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        _log.exception("not ready")
        ready = False
    return web.Response(text="ready\n" if ready else "not ready\n", status=200 if ready else 503)


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
