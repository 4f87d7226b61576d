import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, unused_port
from redis.asyncio import Redis

from tests.clock import FixedClock
from tests.web.conftest import Serve
from web.keys import Limits
from web.limits import LocalLimit, SignInLimit, TooManyRequests, count_sign_in, quick_redis

FEW = Limits(sign_ins_per_minute=5, sign_ins_per_minute_alone=3)
LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


async def _sign_in(request: web.Request) -> web.Response:
    await count_sign_in(request)
    return web.Response()


async def _tries(client: TestClient[Any, Any], count: int, **headers: str) -> list[int]:
    return [(await client.post("/x", headers=headers)).status for _ in range(count)]


@asynccontextmanager
async def _frozen_redis() -> AsyncIterator[str]:
    """Takes connections and never says a word."""
    visits = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(asyncio.current_task())
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*(visit for visit in visits if visit))


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with quick_redis(redis_url) as client:
        yield client


def test_a_burst_is_allowed_and_then_so_many_a_second(clock: FixedClock) -> None:
    limit = LocalLimit(burst=100, per_second=10)
    for _ in range(100):
        limit.take("An", clock.now())

    with pytest.raises(TooManyRequests) as refused:
        limit.take("An", clock.now())
    limit.take("Bình", clock.now())
    clock.advance(timedelta(seconds=1))
    for _ in range(10):
        limit.take("An", clock.now())
    with pytest.raises(TooManyRequests):
        limit.take("An", clock.now())

    assert refused.value.facts == {"retry_after": 1}


def test_a_clock_stepped_back_gives_nothing_away_and_locks_nobody_out(clock: FixedClock) -> None:
    limit = LocalLimit(burst=2, per_second=1)
    limit.take("An", clock.now())
    clock.advance(-timedelta(days=1))
    limit.take("An", clock.now())

    with pytest.raises(TooManyRequests):
        limit.take("An", clock.now())
    clock.advance(timedelta(seconds=1))
    limit.take("An", clock.now())


async def test_sign_ins_from_one_address_are_limited_over_all_processes(
    redis: Redis, clock: FixedClock
) -> None:
    one, other = SignInLimit(redis, FEW), SignInLimit(redis, FEW)
    for limit in (one, other, one, other, one):
        await limit.take("203.0.113.7", clock.now())

    for limit in (one, other):
        with pytest.raises(TooManyRequests) as refused:
            await limit.take("203.0.113.7", clock.now())
        assert refused.value.facts == {"retry_after": 60}
    await one.take("203.0.113.8", clock.now())
    clock.advance(timedelta(minutes=1))
    await one.take("203.0.113.7", clock.now())


async def test_without_redis_a_stricter_limit_holds(clock: FixedClock) -> None:
    async with quick_redis(f"redis://127.0.0.1:{unused_port()}") as absent:
        limit = SignInLimit(absent, FEW)
        for _ in range(3):
            await limit.take("203.0.113.7", clock.now())

        with pytest.raises(TooManyRequests):
            await limit.take("203.0.113.7", clock.now())


async def test_a_frozen_redis_is_asked_once_and_a_stricter_limit_holds(clock: FixedClock) -> None:
    async with _frozen_redis() as url, quick_redis(url) as frozen:
        limit = SignInLimit(frozen, FEW)
        for _ in range(3):
            await limit.take("203.0.113.7", clock.now())

        with pytest.raises(TooManyRequests):
            await limit.take("203.0.113.7", clock.now())


async def test_redis_is_asked_again_once_it_is_back(
    redis_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    door = tmp_path / "redis.sock"
    async with quick_redis(f"unix://{door}") as redis:
        limit = SignInLimit(redis, FEW)
        for _ in range(3):
            await limit.take("203.0.113.7", clock.now())
        door.symlink_to(urlsplit(redis_url).path)
        clock.advance(timedelta(seconds=5))

        for _ in range(5):
            await limit.take("203.0.113.7", clock.now())
        with pytest.raises(TooManyRequests):
            await limit.take("203.0.113.7", clock.now())


async def test_m19_a_forged_forwarded_for_dodges_nothing(serve: Serve) -> None:
    client = await serve({"/x": _sign_in}, limits=FEW)

    statuses = [
        (await client.post("/x", headers={"X-Forwarded-For": f"203.0.113.{n}"})).status
        for n in range(5)
    ]
    refused = await client.post("/x", headers={"X-Forwarded-For": "198.51.100.1"})

    assert statuses == [200, 200, 200, 429, 429]
    assert (await refused.json())["error"]["code"] == "too_many_requests"
    assert int(refused.headers["Retry-After"]) > 0


async def test_m19_behind_a_trusted_proxy_only_its_own_hop_counts(serve: Serve) -> None:
    client = await serve({"/x": _sign_in}, limits=FEW, trusted_proxies=LOCAL)

    rotating = [
        (
            await client.post("/x", headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.1"})
        ).status
        for n in range(4)
    ]
    other = await _tries(client, 1, **{"X-Forwarded-For": "203.0.113.1, 198.51.100.2"})

    assert rotating == [200, 200, 200, 429]
    assert other == [200]


@pytest.mark.parametrize("forwarded", ["", "unknown", "198.51.100.1:80", "é", ", ,"])
async def test_m19_a_hop_that_is_no_address_counts_for_the_proxy(
    serve: Serve, forwarded: str
) -> None:
    client = await serve({"/x": _sign_in}, limits=FEW, trusted_proxies=LOCAL)

    assert await _tries(client, 3) == [200, 200, 200]
    assert await _tries(client, 1, **{"X-Forwarded-For": forwarded}) == [429]


async def test_one_subscribers_many_ipv6_addresses_count_as_one(serve: Serve) -> None:
    client = await serve({"/x": _sign_in}, limits=FEW, trusted_proxies=LOCAL)

    statuses = [
        (await client.post("/x", headers={"X-Forwarded-For": f"2001:db8:1:2::{n}"})).status
        for n in range(1, 5)
    ]

    assert statuses == [200, 200, 200, 429]
    assert await _tries(client, 1, **{"X-Forwarded-For": "2001:db8:1:3::1"}) == [200]
