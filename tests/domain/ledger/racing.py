"""Many calls at the same moment: none may write before all have come as far as they can."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import asyncpg

from domain import db
from domain.sql import queries

SQL = queries("tests.domain.ledger", "races.sql")
RACERS = 50


async def warm_up(racers: int) -> None:
    """Open as many connections as there will be racers."""
    async with AsyncExitStack() as stack:
        for _ in range(racers):
            await stack.enter_async_context(db.reading())


async def race(dsn: str, attempts: Sequence[Awaitable[Any]]) -> list[Any]:
    """Run all attempts at once and return what each came to, an exception included."""
    await warm_up(len(attempts))
    gate = await asyncpg.connect(dsn)
    async with gate.transaction():
        await gate.execute(SQL["hold_back"])
        racers = [asyncio.ensure_future(attempt) for attempt in attempts]
        while not await _all_here(gate, racers):
            pass
    await gate.close()
    return await asyncio.gather(*racers, return_exceptions=True)


def answers(outcomes: Sequence[Any]) -> Counter[Any]:
    """Count the answers, an accident by its name."""
    return Counter(o.status if hasattr(o, "status") else type(o).__name__ for o in outcomes)


async def _all_here(gate: asyncpg.Connection, racers: Sequence[asyncio.Future[Any]]) -> bool:
    waiting: int = await gate.fetchval(SQL["waiting"])
    return waiting + sum(racer.done() for racer in racers) >= len(racers)


async def strip_locks(dsn: str) -> None:
    """Make the posting functions forget to lock the account."""
    owner = await asyncpg.connect(dsn)
    stripped = await owner.fetch(SQL["without_lock"])
    assert len(stripped) == 4
    for function in stripped:
        await owner.execute(function["definition"])
    await owner.close()
