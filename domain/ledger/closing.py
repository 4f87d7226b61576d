"""Closing of days: a date that is over is cut off, its figures are sealed, and none changes again.

Posting asks under the account's lock how far days are closed. So once that is committed, only
writers who had begun before can still post into the day; when they are done it is cut.
"""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from domain import db
from domain.ledger.sweep import sweep
from domain.sql import queries

SQL = queries("domain.ledger", "closing.sql")
# As far apart as the ledger lets clocks be: by then all agree that the day is over.
GRACE = timedelta(minutes=5)
# About six seconds, which is longer than any posting may wait for its locks.
_LOOKS, _PAUSE_SECONDS = 2_000, 0.003


class DayStillOpenError(Exception):
    """A day could not be closed yet; the next closing tries again."""


async def close_days(now: datetime) -> int:
    """Close every date that is over, program by program and in order; return how many were closed.

    What fell due by the end of a date is settled before. A program whose days cannot be closed
    yet is reported when all others are done; nothing is lost, the next closing takes it up.
    """
    assert not db.in_a_transaction(), "a closing waits for writers, so it must not be one"
    async with db.reading() as connection:
        programs = await connection.fetch(SQL["programs"])
    closed, failed = 0, []
    for row in programs:
        try:
            closed += await _close(row["id"], now)
        except (DayStillOpenError, asyncpg.LockNotAvailableError, ExceptionGroup) as error:
            error.add_note(f"while closing days of the program {row['id']}")
            failed.append(error)
    if failed:
        raise ExceptionGroup("some days could not be closed", failed)
    return closed


async def closed_through(program_id: UUID) -> date | None:
    """Return the last date whose figures are final; None before the first closing."""
    async with db.reading() as connection:
        last: date | None = await connection.fetchval(SQL["last"], program_id)
    return last


async def _close(program_id: UUID, now: datetime) -> int:
    over = now - GRACE
    async with db.reading() as connection:
        through = await connection.fetchval(SQL["due"], program_id, over)
    if through is None:
        return 0
    await _settle(program_id, through, now)
    async with db.transaction() as connection:
        await connection.fetchval(SQL["lock"], program_id)
        through = await connection.fetchval(SQL["begin"], program_id, over)
    if through is None:  # another worker was faster
        return 0
    await _await_writers()
    closed = 0
    while await _cut(program_id, through, now):
        closed += 1
    return closed


async def _settle(program_id: UUID, through: datetime, now: datetime) -> None:
    await sweep(now=now, program_id=program_id)
    async with db.reading() as connection:
        if await connection.fetchval(SQL["unsettled"], program_id, through):
            raise DayStillOpenError("an account on which something fell due is busy")


async def _await_writers() -> None:
    """Return once nobody is left who began to write before now."""
    async with db.transaction() as connection:
        mark = await connection.fetchval(SQL["mark"])
    for _ in range(_LOOKS):
        async with db.reading() as connection:
            if await connection.fetchval(SQL["writers_are_done"], mark):
                return
        await asyncio.sleep(_PAUSE_SECONDS)
    raise DayStillOpenError("somebody has been writing since before the day was closed")


async def _cut(program_id: UUID, through: datetime, now: datetime) -> date | None:
    async with db.transaction() as connection:
        await connection.fetchval(SQL["lock"], program_id)
        cut: date | None = await connection.fetchval(SQL["cut"], program_id, through, now)
    return cut
