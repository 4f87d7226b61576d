"""The inbox: updates as a chat delivered them, kept before they are acknowledged.

An update is worked at least once; its effects carry request keys, so it counts at most once.
Within a conversation the order is that of the update ids; conversations do not wait for
each other. A worker that dies leaves a lease that runs out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import db
from domain.sql import queries

SQL = queries("domain", "inbox.sql")
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 6
_BACK_OFF_MAX = timedelta(minutes=5)
# Chats repeat an update for a day; a week later its number may be given to another one.
_PROBLEM_MAX = 2000


@dataclass(frozen=True)
class Received:
    """An update that this worker holds until its lease ends."""

    program_id: UUID
    channel: str
    update_id: int
    conversation: str
    payload: bytes
    received_at: datetime
    # Which attempt this is, counted from 1.
    attempts: int


async def receive(
    program_id: UUID,
    channel: str,
    update_id: int,
    conversation: str,
    payload: bytes,
    *,
    now: datetime,
) -> bool:
    """Keep an update; True if it is new, False if it was delivered before.

    Once this returns, the update survives a crash and may be acknowledged.
    """
    async with db.transaction() as connection:
        kept = await connection.fetchval(
            SQL["keep"], program_id, channel, update_id, conversation, payload, now
        )
    return kept is not None


async def due(program_id: UUID, channel: str, *, now: datetime, limit: int) -> list[Received]:
    """Claim up to `limit` updates, one of a conversation, for as long as LEASE.

    No two workers hold the same update, nor two updates of one conversation.
    """
    async with db.transaction() as connection:
        rows = await connection.fetch(SQL["claim"], program_id, channel, now, now + LEASE, limit)
    return sorted((Received(**row) for row in rows), key=lambda update: update.update_id)


async def done(update: Received, *, now: datetime) -> None:
    """Finish an update: the next one of its conversation may be claimed."""
    async with db.transaction() as connection:
        await connection.execute(SQL["done"], *_key(update), now)


async def retry(update: Received, problem: str, *, now: datetime) -> bool:
    """Put a failed update off, twice as long each time; False if it is parked instead.

    Later updates of the conversation wait until it is done or parked.
    """
    if update.attempts >= ATTEMPTS_MAX:
        await park(update, problem, now=now)
        return False
    due_at = now + min(timedelta(seconds=2**update.attempts), _BACK_OFF_MAX)
    async with db.transaction() as connection:
        await connection.execute(
            SQL["retry"], *_key(update), update.attempts, due_at, _storable(problem)
        )
    return True


async def postpone(update: Received, *, until: datetime) -> None:
    """Put an update off until an instant, without counting the attempt."""
    async with db.transaction() as connection:
        await connection.execute(SQL["postpone"], *_key(update), update.attempts, until)


async def park(update: Received, problem: str, *, now: datetime) -> None:
    """Give an update up and keep the problem with it."""
    async with db.transaction() as connection:
        await connection.execute(
            SQL["park"], *_key(update), update.attempts, now, _storable(problem)
        )


async def forget(program_id: UUID, channel: str, *, before: datetime) -> None:
    """Delete updates that were done, or given up, before an instant."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], program_id, channel, before)


def _key(update: Received) -> tuple[UUID, str, int]:
    return update.program_id, update.channel, update.update_id


def _storable(problem: str) -> str:
    text = problem.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text[:_PROBLEM_MAX]
