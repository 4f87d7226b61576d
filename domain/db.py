"""The database: one pool, one way to open a transaction, one way to read.

Tortoise owns the pool, so that models and raw statements share one transaction.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, Protocol, cast
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import orjson
from tortoise import Tortoise
from tortoise.connection import get_connections
from tortoise.transactions import in_transaction

from domain.measures import POOL_SECONDS

APP_ROLE = "loyalty_app"
MODELS = [
    "domain.programs",
    "domain.customers.models",
    "domain.content.models",
    "domain.earning.models",
    "domain.access.models",
]

# A lock that is not had within seconds is an answer (409), not a wait; and a
# transaction that nobody continues must not hold a customer's account.
_SESSION = {
    "timezone": "UTC",
    "lock_timeout": "3s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "10s",
}


class Connection(Protocol):
    """The part of an asyncpg connection that verbs use."""

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]: ...
    async def fetchrow(self, query: str, *args: object) -> asyncpg.Record | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    async def execute(self, query: str, *args: object) -> str: ...
    async def executemany(self, query: str, args: Any) -> None: ...
    async def fetchmany(self, query: str, args: Any) -> list[asyncpg.Record]: ...


def tortoise_config(dsn: str, *, role: str | None = None, pool_size: int = 10) -> dict[str, Any]:
    """Return Tortoise's configuration for an asyncpg address; `role` is taken by each session."""
    settings = _SESSION | {"application_name": "loyalty"} | ({"role": role} if role else {})
    return {
        "connections": {
            "default": {
                "engine": "tortoise.backends.asyncpg",
                "credentials": _credentials(dsn)
                | {
                    "minsize": 1,
                    "maxsize": pool_size,
                    "server_settings": settings,
                    # Sessions never SET anything, so the reset at each release is pure cost.
                    "reset": _keep,
                    "init": _teach_json,
                    # A session that works knows its statements: it is kept, busy or idle.
                    "max_queries": 2**31,
                    "max_inactive_connection_lifetime": 0,
                },
            }
        },
        "apps": {"domain": {"models": MODELS, "migrations": "domain.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def _credentials(dsn: str) -> dict[str, Any]:
    parts = urlsplit(dsn)
    query = parse_qs(parts.query)
    extra = {"ssl": query["sslmode"][0]} if "sslmode" in query else {}
    return {
        "host": parts.hostname or query.get("host", ["localhost"])[0],
        "port": parts.port or int(query.get("port", ["5432"])[0]),
        "user": unquote(parts.username or query.get("user", ["postgres"])[0]),
        "password": unquote(parts.password) if parts.password else None,
        "database": unquote(parts.path.lstrip("/")),
        **extra,
    }


async def _keep(_connection: object) -> None:
    """Leave a released session as it is."""


async def _teach_json(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=_encode, decoder=orjson.loads, format="text"
        )


def _encode(value: object) -> str:
    # Tortoise's JSON fields arrive already encoded; everything else is a plain value.
    return value if isinstance(value, str) else orjson.dumps(value).decode()


@asynccontextmanager
async def opened(
    dsn: str, *, role: str | None = APP_ROLE, pool_size: int = 10
) -> AsyncIterator[None]:
    """Hold the pool open for this process; web and worker take the application's role."""
    config = tortoise_config(dsn, role=role, pool_size=pool_size)
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        yield
    finally:
        await Tortoise.close_connections()


@asynccontextmanager
async def transaction() -> AsyncIterator[Connection]:
    """Open a transaction, or a savepoint inside one, for models and raw statements alike."""
    asked = perf_counter()
    async with in_transaction("default") as client:
        POOL_SECONDS.observe(perf_counter() - asked)
        yield cast(Connection, cast(Any, client)._connection)  # noqa: SLF001 - its only door


@asynccontextmanager
async def reading() -> AsyncIterator[Connection]:
    """Lend a connection for reads: the open transaction's own, or one from the pool."""
    asked = perf_counter()
    async with get_connections().get("default").acquire_connection() as connection:
        POOL_SECONDS.observe(perf_counter() - asked)
        yield cast(Connection, connection)


@asynccontextmanager
async def snapshot() -> AsyncIterator[Connection]:
    """Lend a connection for reads that all see the same instant; nothing can be written."""
    async with transaction() as connection:
        await connection.execute("set transaction isolation level repeatable read, read only")
        await connection.execute("set local statement_timeout = '10min'")
        yield connection


def in_a_transaction() -> bool:
    """Tell whether the caller has opened a transaction."""
    return hasattr(get_connections().get("default"), "transaction")
