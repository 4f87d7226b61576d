"""Attribution: who brought whom. The first touch of a new user counts, once for ever."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.customers.models import Customer
from domain.db import Connection
from domain.sql import queries

SQL = queries("domain.referrals", "attribution.sql")


@dataclass(frozen=True)
class Edge:
    """That a referrer brought a referee, and what became of it."""

    referee_id: UUID
    referrer_id: UUID
    status: str


@dataclass(frozen=True)
class Inviter:
    """The customer behind an invite code."""

    customer_id: UUID
    name: str
    joined_at: datetime
    registered: bool


async def inviter_of(connection: Connection, program_id: UUID, code: str) -> Inviter | None:
    """Return who invites by that code; None if nobody does."""
    owner = await connection.fetchval(SQL["owner_of_code"], code, program_id)
    row = await connection.fetchrow(SQL["inviter"], owner) if owner else None
    return Inviter(**row) if row else None


async def attribute(
    connection: Connection, inviter: Inviter, referee: Customer, *, code: str, now: datetime
) -> bool:
    """Attribute a customer enrolled in this transaction to the inviter.

    False if the inviter joined after the referee, as a clock stepped back could have it:
    edges run from older to newer members only.
    """
    if (inviter.joined_at, inviter.customer_id) >= (referee.joined_at, referee.customer_id):
        return False
    await connection.execute(
        SQL["add_edge"],
        referee.customer_id,
        referee.program_id,
        inviter.customer_id,
        code,
        referee.joined_at,
        inviter.joined_at,
        now,
    )
    return True


async def edge_of(connection: Connection, referee_id: UUID) -> Edge | None:
    """Return the edge by which the referee came; None for one who came alone."""
    row = await connection.fetchrow(SQL["edge"], referee_id)
    return Edge(**row) if row else None


async def complete(
    connection: Connection, edge: Edge, *, at: datetime, on: date, reason: str | None
) -> bool:
    """Complete a pending referral on its business date; False if it is not pending."""
    done = await connection.fetchval(SQL["complete"], edge.referee_id, at, on, at.date(), reason)
    return done is not None
