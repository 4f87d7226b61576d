"""Posting from Python: the statement alone, and the verb in its transaction."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import asyncpg

from bench.scene import Scene, customer_id, now
from domain import db
from domain.db import APP_ROLE
from domain.ids import new_id
from domain.ledger.posting import SQL, Posting, arguments_of, post
from domain.ledger.requests import RequestKey

_YEAR = timedelta(days=365)
_HASH = bytes(32)
_FACTS = {"action": "daily_login"}
_FACTS_TEXT = '{"action":"daily_login"}'
_numbers = count(1)

Arguments = tuple[object, ...]
Client = Callable[[float], Awaitable[int]]


async def rate_of(clients: list[Client], seconds: float) -> float:
    """Return how much all clients do in a second, when each works until the deadline."""
    started = time.perf_counter()
    done = await asyncio.gather(*(client(started + seconds) for client in clients))
    return sum(done) / (time.perf_counter() - started)


class Statements:
    """Raw connections that send the posting statement and nothing else."""

    def __init__(self, scene: Scene, connections: list[asyncpg.Connection]) -> None:
        self._scene = scene
        self._connections = connections
        self._sent: deque[Arguments] = deque(maxlen=2000)

    async def posting(self, seconds: float) -> float:
        """Return how many credits a second are posted to all accounts."""
        return await self._each(self._post, seconds)

    async def replaying(self, seconds: float) -> float:
        """Return how many repeats of earlier credits a second are answered."""
        return await self._each(self._replay, seconds)

    async def _each(
        self, work: Callable[[asyncpg.Connection, float], Awaitable[int]], seconds: float
    ) -> float:
        def client(connection: asyncpg.Connection) -> Client:
            return lambda deadline: work(connection, deadline)

        return await rate_of([client(each) for each in self._connections], seconds)

    async def _post(self, connection: asyncpg.Connection, deadline: float) -> int:
        done = 0
        while time.perf_counter() < deadline:
            arguments = _arguments(self._scene, next(_numbers), now())
            row = await connection.fetchrow(SQL["post"], *arguments)
            assert row["outcome"] == "posted"
            self._sent.append(arguments)
            done += 1
        return done

    async def _replay(self, connection: asyncpg.Connection, deadline: float) -> int:
        done, earlier = 0, tuple(self._sent)
        while time.perf_counter() < deadline:
            arguments = earlier[next(_numbers) % len(earlier)]
            row = await connection.fetchrow(SQL["post"], *arguments)
            assert row["outcome"] == "replayed"
            done += 1
        return done


@asynccontextmanager
async def statements(scene: Scene) -> AsyncIterator[Statements]:
    """Connect as the application does, outside any pool."""
    async with AsyncExitStack() as stack:
        connections = []
        for _ in range(scene.clients):
            connection = await asyncpg.connect(scene.dsn, server_settings={"role": APP_ROLE})
            stack.push_async_callback(connection.close)
            connections.append(connection)
        yield Statements(scene, connections)


async def verbs(scene: Scene, seconds: float, *, accounts: int) -> float:
    """Return how many credits a second the verb posts, each in a transaction of its own."""

    async def client(deadline: float) -> int:
        done = 0
        while time.perf_counter() < deadline:
            await _post_in_transaction(scene, next(_numbers), accounts)
            done += 1
        return done

    return await rate_of([client] * scene.clients, seconds)


async def _post_in_transaction(scene: Scene, number: int, accounts: int) -> None:
    at, customer = now(), _customer_of(number, accounts)
    async with db.transaction() as connection:
        posted = await post(
            connection,
            customer,
            _posting(scene, number, at),
            now=at,
            request=RequestKey("bench", f"verb-{number}", _HASH),
            decide=True,
        )
    assert posted.outcome == "posted"


def _arguments(scene: Scene, number: int, at: datetime) -> Arguments:
    customer = _customer_of(number, scene.accounts)
    request = RequestKey("bench", f"statement-{number}", _HASH)
    said = arguments_of(customer, _posting(scene, number, at), at, request, decision=new_id())
    # A raw connection takes JSON as text.
    return (*said[:-1], _FACTS_TEXT)


def _posting(scene: Scene, number: int, at: datetime) -> Posting:
    """Return what pgbench's script posts, too."""
    return Posting(
        action="daily_login",
        amount=20,
        business_key=f"bench:{number}",
        actor="customer",
        channel="bench",
        expires_at=at + _YEAR,
        rule_id=scene.rule.id,
        rule_version=1,
        facts=_FACTS,
    )


def _customer_of(number: int, accounts: int) -> UUID:
    # A prime step visits all accounts in no order.
    return customer_id(1 + number * 7919 % accounts)
