"""Silence: nothing that waits for a customer is sent any more."""

from datetime import datetime
from uuid import UUID

from domain.db import Connection
from domain.sql import queries

SQL = queries("domain.notices", "silence.sql")


async def silence(
    connection: Connection, customer_id: UUID, outcome: str, *, now: datetime
) -> None:
    """Drop the notices and broadcasts that wait for a customer, and remember why."""
    await connection.execute(SQL["notices"], customer_id, now, outcome)
    await connection.execute(SQL["broadcasts"], customer_id, outcome)
