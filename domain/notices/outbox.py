"""The outbox: messages owed to customers, written in the transaction that owes them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.db import Connection
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.notices", "outbox.sql")


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
