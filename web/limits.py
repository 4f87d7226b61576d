"""How often one may call: a bucket for each customer, and for each address that signs in."""

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Final

from aiohttp import web
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.errors import Refusal
from web.keys import CLOCK, CONFIG, Limits

PATIENCE: Final = 0.2
# While Redis is away, one call in so many seconds finds out whether it is back.
AWAY_SECONDS: Final = 5
MINUTE: Final = 60
_NAMES_MAX: Final = 50_000


class TooManyRequests(Refusal):
    """Too many requests. Please try again in %(retry_after)s seconds."""

    code = "too_many_requests"


def quick_redis(url: str) -> Redis:
    """Return a client that fails fast: nobody waits for a Redis that is away."""
    return Redis.from_url(
        url,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class LocalLimit:
    """So many calls at once and so many a second in the long run, by name, in this process."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str, now: datetime) -> None:
        """Count a call; raises TooManyRequests when the bucket is empty."""
        at = now.timestamp()
        bucket = self._buckets.setdefault(name, _Bucket(self._burst, at))
        self._buckets.move_to_end(name)
        gained = max(at - bucket.at, 0) * self._per_second
        bucket.tokens = min(bucket.tokens + gained, self._burst)
        bucket.at = at
        if len(self._buckets) > _NAMES_MAX:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            raise TooManyRequests(retry_after=ceil((1 - bucket.tokens) / self._per_second))
        bucket.tokens -= 1


class SignInLimit:
    """Sign-ins from one address in a minute, counted in Redis over all processes.

    Without Redis a stricter limit of this process holds.
    """

    def __init__(self, redis: Redis | None, limits: Limits) -> None:
        self._redis = redis
        self._most = limits.sign_ins_per_minute
        alone = limits.sign_ins_per_minute_alone
        self._alone = LocalLimit(alone, alone / MINUTE)
        self._away_until = 0.0

    async def take(self, address: str, now: datetime) -> None:
        """Count a sign-in; raises TooManyRequests."""
        at = now.timestamp()
        if self._redis is not None and at >= self._away_until:
            with suppress(RedisError, OSError, TimeoutError):
                return await self._shared(self._redis, address, at)
            self._away_until = at + AWAY_SECONDS
        return self._alone.take(address, now)

    async def _shared(self, redis: Redis, address: str, at: float) -> None:
        key = f"sign-in:{address}:{int(at // MINUTE)}"
        async with redis.pipeline(transaction=False) as pipe:
            pipe.incr(key)
            pipe.expire(key, 2 * MINUTE)
            count, _ = await pipe.execute()
        if count > self._most:
            raise TooManyRequests(retry_after=ceil(MINUTE - at % MINUTE))


CUSTOMER_LIMIT = web.AppKey("CUSTOMER_LIMIT", LocalLimit)
SIGN_IN_LIMIT = web.AppKey("SIGN_IN_LIMIT", SignInLimit)


def setup(app: web.Application, redis: Redis | None) -> None:
    """Give the application its limits, as its configuration sets them."""
    limits = app[CONFIG].limits
    app[CUSTOMER_LIMIT] = LocalLimit(limits.customer_burst, limits.customer_per_second)
    app[SIGN_IN_LIMIT] = SignInLimit(redis, limits)


async def count_sign_in(request: web.Request) -> None:
    """Count an attempt to sign in against the address it comes from."""
    app = request.config_dict
    await app[SIGN_IN_LIMIT].take(client_address(request), app[CLOCK].now())


def client_address(request: web.Request) -> str:
    """Return whose address it is: the peer's, or what a trusted peer says of its own peer.

    An IPv6 address counts by its /64, which is what one subscriber has.
    """
    peer = _address(request.remote or "")
    if peer and any(peer in net for net in request.config_dict[CONFIG].trusted_proxies):
        hops = ",".join(request.headers.getall("X-Forwarded-For", []))
        peer = _address(hops.rpartition(",")[2].strip()) or peer
    if isinstance(peer, IPv6Address):
        return str(IPv6Network((peer, 64), strict=False))
    return str(peer or "unknown")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.version == 6 and address.ipv4_mapped) or address  # noqa: PLR2004
