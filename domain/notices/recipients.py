"""Whom a broadcast still has to reach, and what became of everybody else.

Each customer gets a broadcast at most once: that it is being sent is written down before the
chat is called. Where nobody can tell what became of a call (the process was killed, the answer
was lost), the customer counts as `unknown` and is not called again; they may have missed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from uuid import UUID

from domain import db
from domain.notices.broadcasts import Broadcast
from domain.notices.kinds import BROADCAST
from domain.sql import queries

SQL = queries("domain.notices", "recipients.sql")
# Longer than any call to a chat takes; after it nobody waits for an outcome any more.
LEASE = timedelta(seconds=60)
Outcome = Literal["sent", "unreachable", "refused", "muted", "unknown"]
State = Literal["waiting", "sending", Outcome]


@dataclass(frozen=True)
class Recipient:
    """Somebody whom this sender is about to call, and nobody else ever will."""

    customer_id: UUID
    broadcast_id: UUID
    name: str
    locale: str
    address: str
    is_unreachable: bool
    is_muted: bool


@dataclass(frozen=True)
class Progress:
    """How many customers a broadcast was laid down for, by what became of them."""

    waiting: int
    sending: int
    sent: int
    unreachable: int
    refused: int
    muted: int
    unknown: int

    @property
    def total(self) -> int:
        return self.waiting + self.sending + self.settled

    @property
    def settled(self) -> int:
        return self.sent + self.unreachable + self.refused + self.muted + self.unknown


async def under_way(program_id: UUID) -> list[Broadcast]:
    """Return what is being sent, in the order in which it was confirmed."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["under_way"], program_id)
    return [Broadcast(**row) for row in rows]


async def waiting(of: Broadcast, *, now: datetime, limit: int) -> list[UUID]:
    """Return who is due for it, at most so many."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["waiting"], of.id, now, limit)
    return [row["customer_id"] for row in rows]


async def hold(
    of: Broadcast, customers: Sequence[UUID], *, today: date, tomorrow: datetime, now: datetime
) -> list[Recipient]:
    """Write down that these are being sent to; return those who are this sender's to call.

    Who had another broadcast today is put off until tomorrow. Once this returns, whatever
    happens, none of them is held again before `put_back`.
    """
    keys = [(customer, of.id) for customer in sorted(customers)]
    async with db.transaction() as connection:
        await connection.executemany(SQL["put_off"], [(*key, today, tomorrow) for key in keys])
        rows = await connection.fetchmany(
            SQL["hold"], [(*key, now + LEASE, today, BROADCAST) for key in keys]
        )
    return [Recipient(**row) for row in rows]


async def settle(recipient: Recipient, outcome: Outcome, problem: str | None = None) -> None:
    """Write down what became of a call; a known outcome corrects an unknown one."""
    async with db.transaction() as connection:
        await connection.execute(
            SQL["settle"], recipient.customer_id, recipient.broadcast_id, outcome, problem
        )


async def put_back(recipient: Recipient, *, until: datetime) -> None:
    """Let a customer wait on whom the chat certainly got no message for."""
    async with db.transaction() as connection:
        await connection.execute(
            SQL["put_back"], recipient.customer_id, recipient.broadcast_id, until
        )


async def give_up_lost(of: Broadcast, *, now: datetime) -> int:
    """Count as unknown whoever's sender said nothing for a LEASE; return how many they are."""
    async with db.transaction() as connection:
        lost = await connection.fetch(SQL["lost"], of.id, now)
        outcome = ("unknown", "the sender ended before it could say")
        keys = [(row["customer_id"], of.id, *outcome) for row in lost]
        await connection.executemany(SQL["settle"], keys)
    return len(lost)


async def finish(of: Broadcast, *, now: datetime) -> bool:
    """End a broadcast for which nobody waits any more; tell whether it is."""
    async with db.transaction() as connection:
        if await connection.fetchval(SQL["is_unfinished"], of.id):
            return False
        await connection.execute(SQL["finish"], of.id, now)
    return True


async def progress(of: Broadcast) -> Progress:
    """Count the customers by what became of them."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["progress"], of.id)
    counts: dict[str, int] = dict.fromkeys(_states(), 0)
    counts |= {row["state"]: row["count"] for row in rows}
    return Progress(**counts)


def _states() -> list[str]:
    return ["waiting", "sending", *get_args(Outcome)]
