"""The sweep: what is due on accounts that nobody touches happens all the same."""

from datetime import datetime
from uuid import UUID

import asyncpg

from domain import db
from domain.sql import queries

SQL = queries("domain.ledger", "sweep.sql")


async def sweep(*, now: datetime, program_id: UUID | None = None) -> int:
    """Settle every account on which something is due by `now`, and return how many there were.

    Those of one program, or of all.

    Each account is a transaction of its own. One that is busy is left to whoever holds it and to
    the next sweep; one that is broken is reported when all others are done.
    """
    swept, broken = 0, []
    due = await _due(now, program_id, after=(None, None))
    while due:
        for customer_id, _ in due:
            try:
                swept += await _settled(customer_id, now)
            except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
                error.add_note(f"while settling the account of {customer_id}")
                broken.append(error)
        due = await _due(now, program_id, after=tuple(due[-1]))
    if broken:
        raise ExceptionGroup("some accounts could not be settled", broken)
    return swept


async def _due(
    now: datetime, program_id: UUID | None, *, after: tuple[object, ...]
) -> list[asyncpg.Record]:
    async with db.reading() as connection:
        return await connection.fetch(SQL["due"], now, *after, program_id)


async def _settled(customer_id: UUID, now: datetime) -> bool:
    try:
        async with db.transaction() as connection:
            await connection.execute(SQL["settle"], customer_id, now)
    except asyncpg.LockNotAvailableError:
        return False
    return True
