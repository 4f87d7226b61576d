"""Probes and metrics: what an operator's machines ask."""

import logging
import os
import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from domain import health
from domain.clock import Clock
from domain.vitals import vitals
from web.keys import CLOCK

_log = logging.getLogger("app")
_ANSWERS: Final = Counter("loyalty_answers", "Answers by route and status", ["route", "status"])
_SECONDS: Final = Histogram("loyalty_answer_seconds", "Seconds to an answer by route", ["route"])
_MEANINGS: Final = {
    "outbox_age": "Seconds that the oldest notice has been due",
    "outbox_waiting": "Notices that are due",
    "inbox_age": "Seconds since the oldest update arrived that is not worked yet",
    "inbox_waiting": "Updates not worked yet",
    "inbox_parked": "Updates given up; each has its problem in the database",
    "settle_lag": "Seconds that the longest overdue account waits to be settled",
    "closing_lag": "Seconds since the end of the last closed day of the program furthest behind",
    "broadcasts_sending": "Broadcasts on their way",
}
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


async def _metrics(request: web.Request) -> web.Response:
    body = generate_latest(_counted()) + generate_latest(await _behind(request.app[CLOCK]))
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _counted() -> CollectorRegistry:
    """Return the counts of every process of this deployment that shares a directory of them."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


async def _behind(clock: Clock) -> CollectorRegistry:
    """Return how far behind the deployment is; without a database there is nothing to say."""
    registry = CollectorRegistry()
    up = Gauge("loyalty_database_up", "1 if the database answers", registry=registry)
    try:
        found = await vitals(now=clock.now())
    except Exception:  # noqa: BLE001 - whatever it is, the other figures still count
        _log.exception("the database does not say how far behind we are")
        return registry
    up.set(1)
    for name, value in vars(found).items():
        Gauge(f"loyalty_{name}", _MEANINGS[name], registry=registry).set(value)
    return registry
