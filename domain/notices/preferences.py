"""What a customer wants to hear of: every kind of notice, but for those they muted."""

from uuid import UUID

from domain import db
from domain.errors import Refusal
from domain.notices.kinds import MUTABLE
from domain.sql import queries

SQL = queries("domain.notices", "preferences.sql")


class CannotMute(Refusal):
    """This kind of message cannot be muted."""

    code = "cannot_mute"


async def muted(customer_id: UUID) -> frozenset[str]:
    """Return the kinds of notices that the customer does not want."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["muted"], customer_id)
    return frozenset(row["kind"] for row in rows)


async def mute(customer_id: UUID, kind: str, on: bool) -> None:
    """Mute a kind of notice, or hear of it again; twice is once. Raises CannotMute."""
    if kind not in MUTABLE:
        raise CannotMute(kind=kind)
    async with db.transaction() as connection:
        if on:
            await connection.execute(SQL["mute"], customer_id, kind)
        else:
            await connection.execute(SQL["unmute"], customer_id, kind)
