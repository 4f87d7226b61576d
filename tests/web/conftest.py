"""An application without a surface, and views that tests put on it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pytest_aiohttp.plugin import AiohttpClient

from tests.clock import FixedClock
from web.errors import Handler
from web.keys import Limits, WebConfig
from web.root import application

Serve = Callable[..., Awaitable[TestClient[Any, Any]]]


@pytest.fixture
def serve(aiohttp_client: AiohttpClient, clock: FixedClock) -> Serve:
    """Serves views, by path, on an application with that configuration."""

    async def served(views: dict[str, Handler], **how: Any) -> TestClient[Any, Any]:
        redis = how.pop("redis", None)
        options: dict[str, Any] = how.pop("server", {})
        config = WebConfig(**{"public_url": "https://loyalty.example", "limits": Limits(), **how})
        app = application(config, clock=clock, redis=redis)
        for path, view in views.items():
            app.router.add_route("*", path, view)
        server = TestServer(app)
        await server.start_server(**options)
        return await aiohttp_client(server)

    return served


async def fine(_request: web.Request) -> web.Response:
    return web.json_response({"fine": True})
