"""The outbox: messages owed to customers, written in the transaction that owes them.

A message is sent at least once: a sender that dies after sending and before saying so leaves
a lease that runs out, and the message goes again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.notices", "outbox.sql")
LEASE = timedelta(seconds=60)
ATTEMPTS_MAX = 10
_BACK_OFF_MAX = timedelta(minutes=15)


@dataclass(frozen=True)
class Notice:
    """A message that this sender holds until its lease ends, and whom it is for."""

    customer_id: UUID
    id: UUID
    program_id: UUID
    kind: str
    facts: dict[str, Any]
    # Which attempt this is, counted from 1.
    attempts: int
    locale: str
    name: str
    # The customer's address in the sender's channel; None if they have none there.
    address: str | None
    unreachable: bool
    muted: bool


async def owe(
    connection: Connection,
    customer_id: UUID,
    program_id: UUID,
    kind: str,
    facts: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Owe the customer a message of that kind; it is sent after the commit, or not at all."""
    await connection.execute(SQL["owe"], customer_id, new_id(), program_id, kind, facts, now)


async def due(program_id: UUID, channel: str, *, now: datetime, limit: int) -> list[Notice]:
    """Claim up to `limit` messages, oldest first, for as long as LEASE.

    Each is leased by itself under its customer, so two senders never hold the same one.
    """
    async with db.reading() as connection:
        waiting = await connection.fetch(SQL["waiting"], program_id, now, limit)
    claimed = []
    for row in waiting:
        async with db.transaction() as connection:
            customer_id = row["customer_id"]
            held = await connection.fetchrow(SQL["lease"], *row.values(), now + LEASE)
            if held:
                reach = await connection.fetchrow(SQL["reach"], customer_id, channel, held["kind"])
                assert reach is not None
                claimed.append(Notice(**held, **reach))
    return claimed


async def sent(notice: Notice, *, now: datetime) -> None:
    """Remember that the chat took the message."""
    await _execute("sent", notice, now)


async def retry(notice: Notice, problem: str, *, now: datetime) -> bool:
    """Put a failed message off, twice as long each time; False if it is dropped instead."""
    if notice.attempts >= ATTEMPTS_MAX:
        await drop(notice, f"gave up: {problem}", now=now)
        return False
    due_at = now + min(timedelta(seconds=2**notice.attempts), _BACK_OFF_MAX)
    await _execute("retry", notice, notice.attempts, due_at, problem)
    return True


async def postpone(notice: Notice, *, until: datetime) -> None:
    """Put a message off until an instant, without counting the attempt."""
    await _execute("postpone", notice, notice.attempts, until)


async def drop(notice: Notice, outcome: str, *, now: datetime) -> None:
    """Give a message up and remember why."""
    await _execute("drop", notice, now, outcome)


async def _execute(query: str, notice: Notice, *parameters: object) -> None:
    async with db.transaction() as connection:
        await connection.execute(SQL[query], notice.customer_id, notice.id, *parameters)
