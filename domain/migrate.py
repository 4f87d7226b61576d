"""Bringing a database to the schema of this version of the program."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from typing import Any

import asyncpg
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.transactions import in_transaction

from domain.db import tortoise_config
from domain.sql import queries

_QUERIES = queries("domain", "migrate.sql")
# A migration that waits for a busy table makes everybody wait behind it; one that needs
# longer says so itself with SET LOCAL.
_PATIENCE = {
    "lock_timeout": "5s",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
}


def _silent(_name: str) -> None:
    """Tell nobody."""


async def migrate(dsn: str, *, report: Callable[[str], None] = _silent) -> list[str]:
    """Apply what is missing, as the owner, and return the names of what was applied.

    Processes that start together migrate once: the first takes an advisory lock, the others
    wait and find nothing to do. A migration and the record of it are one transaction.
    """
    await create_database(dsn)
    config = _configuration(dsn)
    applied: list[str] = []
    async with _alone(dsn), TortoiseContext() as context:
        await context.init(config=config)
        await _executor(config).migrate([])  # makes the table of what was applied
        while step := await _next_step(config):
            name, atomic = step
            report(name)
            async with in_transaction("default") if atomic else nullcontext():
                await _executor(config).migrate([MigrationTarget("domain", name)])
            applied.append(name)
    return applied


async def create_database(dsn: str) -> None:
    """Make the database that the address names if its server does not have it."""
    try:
        connection = await asyncpg.connect(dsn)
    except asyncpg.InvalidCatalogNameError as error:
        name = str(error).split('"')[1]
        connection = await asyncpg.connect(dsn, database="postgres")
        statement = await connection.fetchval(_QUERIES["create_database"], name)
        # Two that start together both find it missing; one of them makes it.
        with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            await connection.execute(statement)
    await connection.close()


def _configuration(dsn: str) -> dict[str, Any]:
    config = tortoise_config(dsn, pool_size=2)
    config["connections"]["default"]["credentials"]["server_settings"] |= _PATIENCE
    return config


@asynccontextmanager
async def _alone(dsn: str) -> AsyncIterator[None]:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_QUERIES["take_turn"])
        yield
    finally:
        await connection.close()


def _executor(config: dict[str, Any]) -> MigrationExecutor:
    return MigrationExecutor(get_connection("default"), config["apps"])


async def _next_step(config: dict[str, Any]) -> tuple[str, bool] | None:
    target = MigrationTarget("domain", "__latest__")
    steps = await _executor(config).plan([target])
    return (steps[0].migration.name, steps[0].migration.atomic) if steps else None
