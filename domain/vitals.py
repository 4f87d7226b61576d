"""How far behind the deployment is: what waits, since when, and what was given up."""

from dataclasses import dataclass
from datetime import datetime

from domain import db
from domain.sql import queries

SQL = queries("domain", "vitals.sql")


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """Ages are in seconds, 0 when nothing waits; the rest are counts."""

    outbox_age: float
    outbox_waiting: int
    inbox_age: float
    inbox_waiting: int
    inbox_parked: int
    settle_lag: float
    closing_lag: float
    broadcasts_sending: int


async def vitals(*, now: datetime) -> Vitals:
    """Return how far behind we are, as of one instant."""
    async with db.snapshot() as connection:
        row = await connection.fetchrow(SQL["vitals"], now)
    assert row is not None
    return Vitals(**dict(row))
