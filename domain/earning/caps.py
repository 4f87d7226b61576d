"""Caps: how often within a window, counted in a row that the database will not let pass it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.sql import queries

SQL = queries("domain.earning", "caps.sql")


async def use_cap(
    connection: Connection, customer_id: UUID, rule: str, windows: dict[str, int]
) -> str | None:
    """Count one use in each window, under the account's lock; `windows` gives their caps.

    Returns the name of the first window that is full, and then counts nothing in any.
    """
    full = await connection.fetchval(
        SQL["full_window"], customer_id, rule, list(windows), list(windows.values())
    )
    if full is None:
        for window, cap in windows.items():
            await connection.execute(SQL["use"], customer_id, rule, window, cap)
    return full if full is None else str(full).split(":")[0]


async def used(customer_id: UUID, rule: str, windows: Sequence[str]) -> tuple[int, ...]:
    """Return how often each window was used so far."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["used"], customer_id, rule, windows)
    uses = {row["time_window"]: row["used"] for row in rows}
    return tuple(uses.get(window, 0) for window in windows)


def day_window(on: date) -> str:
    """Return the name of a business date as a window."""
    return f"daily:{on.isoformat()}"


def week_window(on: date) -> str:
    """Return the name of the ISO week of a business date as a window."""
    year, week, _ = on.isocalendar()
    return f"weekly:{year}-W{week:02}"
