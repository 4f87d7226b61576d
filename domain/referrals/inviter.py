"""By whom somebody came, for as long as the invitation is open."""

from uuid import UUID

from domain import db
from domain.referrals.attribution import SQL, edge_of


async def inviter_name(referee_id: UUID) -> str | None:
    """Return the name of whom a customer came by; None if alone, or once that is settled."""
    async with db.reading() as connection:
        edge = await edge_of(connection, referee_id)
        if edge is None or edge.status != "pending":
            return None
        row = await connection.fetchrow(SQL["inviter"], edge.referrer_id)
    return str(row["name"]) if row else None
