"""Caps: how often within a window, counted in a row that the database will not let pass it."""

from datetime import date
from uuid import UUID

from domain.db import Connection
from domain.sql import queries

SQL = queries("domain.earning", "caps.sql")


async def full_window(
    connection: Connection, customer_id: UUID, rule: str, windows: dict[str, int]
) -> str | None:
    """Return `daily` or `weekly` for the first window that has no room; None if all have.

    `windows` gives their caps. The account is locked by the caller, so what is free stays free.
    """
    if not windows:
        return None
    full = await connection.fetchval(
        SQL["full_window"], customer_id, rule, list(windows), list(windows.values())
    )
    return str(full).split(":")[0] if full else None


async def count_use(
    connection: Connection, customer_id: UUID, rule: str, windows: dict[str, int]
) -> None:
    """Count one payment in each window, under the account's lock."""
    if windows:
        await connection.execute(
            SQL["use"], customer_id, rule, list(windows), list(windows.values())
        )


def day_window(on: date) -> str:
    """Return the name of a business date as a window."""
    return f"daily:{on.isoformat()}"


def week_window(on: date) -> str:
    """Return the name of the ISO week of a business date as a window."""
    year, week, _ = on.isocalendar()
    return f"weekly:{year}-W{week:02}"
