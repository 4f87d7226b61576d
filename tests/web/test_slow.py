"""M20: whoever is slow or says nothing is shown out, and nobody else waits for them."""

import asyncio

import pytest
from aiohttp import web

from tests.web.conftest import Serve, fine
from web import bodies
from web.bodies import Body, read_json

IDLE = 200


class _Nothing(Body):
    pass


async def _reads(request: web.Request) -> web.Response:
    await read_json(request, _Nothing)
    return web.Response()


async def test_a_body_that_drips_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SLOW_SECONDS", 0.05)
    client = await serve({"/x": _reads})
    reader, writer = await asyncio.open_connection(client.host, client.port)

    writer.write(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
    writer.write(b"Content-Length: 100\r\n\r\n{")
    status = await reader.readline()

    assert status == b"HTTP/1.1 408 Request Timeout\r\n"
    writer.close()


@pytest.mark.parametrize("said", [b"", b"GET /x HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n"])
async def test_a_connection_that_never_asks_is_closed(serve: Serve, said: bytes) -> None:
    client = await serve({"/x": fine}, server={"keepalive_timeout": 0.2})
    connections = [await asyncio.open_connection(client.host, client.port) for _ in range(IDLE)]
    for _, writer in connections:
        writer.write(said)

    served = await client.get("/x")
    heard = [await reader.read() for reader, _ in connections]

    assert served.status == 200
    assert heard == [b""] * IDLE
    for _, writer in connections:
        writer.close()


@pytest.mark.parametrize(
    "said",
    [
        b"GET http://evil.example/x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: x\r\nX: " + b"A" * 9_000 + b"\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
)
async def test_what_is_no_proper_request_never_becomes_a_fault(serve: Serve, said: bytes) -> None:
    client = await serve({"/x": fine})
    reader, writer = await asyncio.open_connection(client.host, client.port)

    writer.write(said)
    writer.write_eof()
    status = (await reader.readline()).split(b" ")[1:2]

    assert status in ([b"400"], [b"200"], [])
    writer.close()
