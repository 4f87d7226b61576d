"""Reading an account as the planner sees it, under its lock."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.db import Connection
from domain.ledger.plan import Allocation, Book, DebtItem, Hold, Lot, Movement, Substitute
from domain.sql import queries

SQL = queries("domain.ledger", "book.sql")


@dataclass
class _Pages:
    """What may be corrected: the account's own, and what it inherited."""

    lots: list[Lot] = field(default_factory=list)
    taken: list[Substitute] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)


async def load_book(connection: Connection, customer_id: UUID, movement_id: UUID | None) -> Book:
    """Return the account with its lots, debts, substitutes and holds, and what concerns one movement.

    The movements that opened a lot are there too: a correction of theirs may follow from it. So
    is all this of the accounts that this one carries on; whoever holds its lock holds theirs.
    """
    account = await connection.fetchrow(SQL["account"], customer_id)
    assert account is not None
    pages = _Pages()
    await _read(connection, pages, customer_id, movement_id, None)
    for row in await connection.fetch(SQL["inherited"], customer_id):
        each = row["inherited_from"]
        await _read(connection, pages, each, movement_id, each)
    debts = [DebtItem(**row) for row in await connection.fetch(SQL["debts"], customer_id)]
    holds = [_hold(**row) for row in await connection.fetch(SQL["holds"], customer_id)]
    return Book(
        **account,
        lots={lot.id: lot for lot in pages.lots},
        debts={item.id: item for item in debts},
        substitutes={each.id: each for each in pages.taken},
        movements={movement.id: movement for movement in pages.movements},
        allocations=tuple(pages.allocations),
        holds={hold.id: hold for hold in holds},
    )


async def _read(
    connection: Connection,
    pages: _Pages,
    customer_id: UUID,
    movement_id: UUID | None,
    inherited_from: UUID | None,
) -> None:
    for row in await connection.fetch(SQL["lots"], customer_id):
        pages.lots.append(Lot(**row, inherited_from=inherited_from))
    for row in await connection.fetch(SQL["substitutes"], customer_id):
        pages.taken.append(Substitute(**row, inherited_from=inherited_from))
    for row in await connection.fetch(SQL["movements"], customer_id, movement_id):
        pages.movements.append(Movement(**row, inherited_from=inherited_from))
    for row in await connection.fetch(SQL["allocations"], customer_id, movement_id):
        pages.allocations.append(Allocation(**row))


def _hold(*, lots: list[UUID], points: list[int], **row: object) -> Hold:
    return Hold(**row, parts=dict(zip(lots, points, strict=True)))  # type: ignore[arg-type]
