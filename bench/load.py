"""Claims over HTTP from a process of its own: `python -m bench.load PORT FIRST LAST CLIENTS SECONDS`.

It does as little as it can, and nicely, so that what it takes from the machine is small.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import cast

import orjson
import uvloop

from bench.scene import HOST, SLUG, token

_REQUEST = (
    "POST /p/{slug}/api/v1/actions/daily_login/claims HTTP/1.1\r\n"
    "Host: {host}:{port}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: claim-{number}\r\n"
    "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
)


class _Caller(asyncio.Protocol):
    """One connection: sends a claim, waits for its answer, sends the next."""

    def __init__(self, claims: Iterator[bytes], deadline: float) -> None:
        self._claims = claims
        self._deadline = deadline
        self._seen = b""
        self.statuses: Counter[str] = Counter()
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, body = self._seen.partition(b"\r\n\r\n")
        if found and len(body) >= _length_of(head):
            self.statuses[head[9:12].decode("ascii")] += 1
            self._seen = b""
            self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.statuses["lost"] += 1
            self.done.set_result(None)

    def _next(self) -> None:
        claim = next(self._claims, None) if time.perf_counter() < self._deadline else None
        if claim is not None:
            self._transport.write(claim)
        elif not self.done.done():
            self.done.set_result(None)
            self._transport.close()


def _length_of(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


async def _load(port: int, members: range, clients: int, seconds: float) -> dict[str, object]:
    requests = [
        _REQUEST.format(slug=SLUG, host=HOST, port=port, token=token(n), number=n).encode()
        for n in members
    ]
    claims = iter(requests)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    callers = []
    for _ in range(clients):
        _, caller = await loop.create_connection(
            lambda: _Caller(claims, started + seconds), HOST, port
        )
        callers.append(caller)
    await asyncio.gather(*(caller.done for caller in callers))
    statuses = sum((caller.statuses for caller in callers), Counter[str]())
    return {"seconds": time.perf_counter() - started, "statuses": statuses}


def main(port: int, first: int, last: int, clients: int, *, seconds: float) -> None:
    os.nice(10)
    found = uvloop.run(_load(port, range(first, last + 1), clients, seconds))
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    port, first, last, clients = map(int, sys.argv[1:5])
    main(port, first, last, clients, seconds=float(sys.argv[5]))
