"""The decision log: every attempt to earn, and why it was paid or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.earning.models import Rule
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.earning", "decisions.sql")


@dataclass(frozen=True)
class Decision:
    """One attempt: the action, `posted`, `pending` or the code of the refusal, and its facts."""

    action: str
    verdict: str
    rule_version: int | None
    facts: dict[str, Any]
    decided_at: datetime


async def log(
    connection: Connection,
    program_id: UUID,
    customer_id: UUID,
    action: str,
    verdict: str,
    *,
    channel: str,
    at: datetime,
    rule: Rule | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Keep an attempt that came to no posting; a posting keeps its own."""
    await connection.execute(
        SQL["log"],
        customer_id,
        new_id(),
        program_id,
        action,
        verdict,
        rule.id if rule else None,
        rule.version if rule else None,
        facts or {},
        channel,
        at,
    )


async def decisions(customer_id: UUID, *, limit: int = 50) -> tuple[Decision, ...]:
    """Return the customer's latest attempts, newest first."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["latest"], customer_id, limit)
    return tuple(Decision(**row) for row in rows)
