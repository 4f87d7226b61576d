"""The sweep: what is due on accounts that nobody touches happens all the same."""

from datetime import datetime

from domain import db
from domain.sql import queries

SQL = queries("domain.ledger", "sweep.sql")


async def sweep(*, now: datetime) -> int:
    """Settle every account on which something is due by `now`, and return how many there were.

    Each account is a transaction of its own, so that one busy account holds up no other.
    """
    swept = 0
    while True:
        async with db.reading() as connection:
            due = await connection.fetch(SQL["due"], now)
        for row in due:
            async with db.transaction() as connection:
                await connection.fetchval(SQL["settle"], row["customer_id"], now)
        swept += len(due)
        if not due:
            return swept
