"""Reading an account as the planner sees it, under its lock."""

from uuid import UUID

from domain.db import Connection
from domain.ledger.plan import Allocation, Book, DebtItem, Lot, Movement, Substitute
from domain.sql import queries

SQL = queries("domain.ledger", "book.sql")


async def load_book(connection: Connection, customer_id: UUID, movement_id: UUID | None) -> Book:
    """Return the account with its lots, debts and substitutes, and what concerns one movement.

    The movements that opened a lot are there too: a correction of theirs may follow from it.
    """
    account = await connection.fetchrow(SQL["account"], customer_id)
    assert account is not None
    lots = [Lot(**row) for row in await connection.fetch(SQL["lots"], customer_id)]
    debts = [DebtItem(**row) for row in await connection.fetch(SQL["debts"], customer_id)]
    taken = [Substitute(**row) for row in await connection.fetch(SQL["substitutes"], customer_id)]
    rows = await connection.fetch(SQL["movements"], customer_id, movement_id)
    movements = [Movement(**row) for row in rows]
    allocations = [
        Allocation(**row)
        for row in await connection.fetch(SQL["allocations"], customer_id, movement_id)
    ]
    return Book(
        **account,
        lots={lot.id: lot for lot in lots},
        debts={item.id: item for item in debts},
        substitutes={each.id: each for each in taken},
        movements={movement.id: movement for movement in movements},
        allocations=tuple(allocations),
    )
