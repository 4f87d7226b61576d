"""Where a customer stands: the balance, what is pending, and what will expire when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import db
from domain.errors import NotFound
from domain.sql import queries

SQL = queries("domain.ledger", "standing.sql")


@dataclass(frozen=True)
class Expiring:
    """Points that expire together."""

    amount: int
    expires_at: datetime


@dataclass(frozen=True)
class Standing:
    """A settled account: points, whole numbers; `balance` is negative while there is debt.

    `expiring`: the next twelve instants at which points lapse, soonest first.
    """

    balance: int
    spendable: int
    pending: int
    held: int
    debt: int
    expiring: tuple[Expiring, ...]
    matures_at: datetime | None


async def standing(customer_id: UUID, *, now: datetime) -> Standing:
    """Return where the account stands now, settled first if anything is due."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["standing"], customer_id)
    if row is None:
        raise NotFound
    if row["next_due_at"] and row["next_due_at"] <= now:
        async with db.transaction() as connection:
            await connection.fetchval(SQL["settle"], customer_id, now)
            row = await connection.fetchrow(SQL["standing"], customer_id)
        assert row is not None
    return Standing(
        balance=row["balance"],
        spendable=max(row["balance"] - row["held"], 0),
        pending=row["pending"],
        held=row["held"],
        debt=row["debt"],
        expiring=tuple(map(Expiring, row["lapsing"] or (), row["lapse_at"] or ())),
        matures_at=row["matures_at"],
    )
