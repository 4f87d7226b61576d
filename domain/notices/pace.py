"""How fast a bot may send, over all processes: so many messages in any second, and silence.

The last sends stand in one row of each bot, so no two workers together are faster than one.
"""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from domain import db
from domain.sql import queries

SQL = queries("domain.notices", "pace.sql")
_SECOND = timedelta(seconds=1)


async def room(program_id: UUID, channel: str, *, most: int, now: datetime) -> int:
    """Return how many messages may go now, if nobody else takes them first."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["pace"], program_id, channel)
    return _room(row, most, now) if row else most


async def take(program_id: UUID, channel: str, wanted: int, *, most: int, now: datetime) -> int:
    """Count up to `wanted` messages as sent now; return how many of them may go.

    In no second are more than `most` taken by all callers together.
    """
    async with db.transaction() as connection:
        await connection.execute(SQL["open"], program_id, channel)
        row = await connection.fetchrow(SQL["lock"], program_id, channel)
        assert row is not None
        granted = min(wanted, _room(row, most, now))
        if granted:
            recent = [*_of_late(row, now), *[now] * granted]
            await connection.execute(SQL["count"], program_id, channel, recent)
    return granted


async def silence(program_id: UUID, channel: str, *, until: datetime) -> None:
    """Let nobody send before an instant; a longer silence is not cut short."""
    async with db.transaction() as connection:
        await connection.execute(SQL["open"], program_id, channel)
        await connection.execute(SQL["silence"], program_id, channel, until)


def _room(row: asyncpg.Record, most: int, now: datetime) -> int:
    if row["silent_until"] and row["silent_until"] > now:
        return 0
    return max(most - len(_of_late(row, now)), 0)


def _of_late(row: asyncpg.Record, now: datetime) -> list[datetime]:
    return [at for at in row["recent"] if at > now - _SECOND]
