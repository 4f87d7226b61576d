"""A stranger's web site on loopback: it serves feeds, and misbehaves as told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Mộc</title>{items}</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Mộc</title>{items}</feed>"""
# Every entity is ten of the one before it.
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><rss version="2.0"><channel><item><guid>1</guid><title>&i;</title></item></channel></rss>'
)


def rss_item(
    guid: str, title: str = "Mùa mưa", body: str = "<p>Ba món.</p>", more: str = ""
) -> str:
    return (
        f"<item><guid>{guid}</guid><title>{title}</title>"
        f"<description><![CDATA[{body}]]></description>{more}</item>"
    )


@dataclass
class FeedServer:
    """What it serves is `body`, unless one of its other addresses is asked."""

    address: str = ""
    body: str | bytes = RSS.format(items=rss_item("1"))
    etag: str | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: int = 0

    @property
    def url(self) -> str:
        return f"{self.address}/feed.xml"

    def tells(self, *items: str) -> None:
        self.body = RSS.format(items="".join(items))

    async def feed(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.headers))
        headers = {"ETag": self.etag} if self.etag else {}
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304, headers=headers)
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return web.Response(body=body, content_type="application/rss+xml", headers=headers)

    async def endless(self, request: web.Request) -> web.StreamResponse:
        """Send 100 MB, as far as anybody listens."""
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            for _ in range(1600):
                await response.write(b"<!--" + b"x" * 65_528 + b"-->")
                self.sent += 65_535
        return response

    async def silent(self, _request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def packed(self, _request: web.Request) -> web.Response:
        """Send 200 MB that travel as 200 KB."""
        response = web.Response(body=b"x" * 200_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async def moved(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"])

    async def circle(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound("/circle")

    async def status(self, request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]), text="no")


@asynccontextmanager
async def feed_server() -> AsyncIterator[FeedServer]:
    peer = FeedServer()
    app = web.Application()
    routes: dict[str, Any] = {
        "/feed.xml": peer.feed,
        "/endless": peer.endless,
        "/silent": peer.silent,
        "/packed": peer.packed,
        "/moved": peer.moved,
        "/circle": peer.circle,
        "/status/{status}": peer.status,
    }
    for path, view in routes.items():
        app.router.add_get(path, view)
    async with TestServer(app) as server:
        peer.address = str(server.make_url("")).rstrip("/")
        yield peer
