"""How much of a cap is used, for whoever shows it."""

from collections.abc import Sequence
from uuid import UUID

from domain import db
from domain.earning.caps import SQL


async def used(customer_id: UUID, rule: str, windows: Sequence[str]) -> tuple[int, ...]:
    """Return how often each window was used so far."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["used"], customer_id, rule, windows)
    uses = {row["time_window"]: row["used"] for row in rows}
    return tuple(uses.get(window, 0) for window in windows)
