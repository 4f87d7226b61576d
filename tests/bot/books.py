"""What the database says after a conversation, without ids that differ from run to run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain import db


async def movements() -> list[tuple[str, str, int]]:
    """Return whose movement it is, for what, and how many points, in an order of its own."""
    return await _rows(
        "select c.name, m.action, m.amount from movement m join customer c using (customer_id)"
        " order by c.name, m.action, m.business_key"
    )


async def referrals() -> list[tuple[str, str, str]]:
    """Return who brought whom, and how far it has come."""
    return await _rows(
        "select r.name, c.name, e.status from referral e"
        " join customer c on c.customer_id = e.customer_id"
        " join customer r on r.customer_id = e.referrer_id order by 1, 2"
    )


async def balances() -> dict[str, int]:
    """Return each customer's balance, and see that the movements add up to it."""
    rows = await _rows(
        "select c.name, a.balance, (select coalesce(sum(amount), 0)::bigint from movement m"
        " where m.customer_id = a.customer_id) from account a join customer c using (customer_id)"
    )
    assert all(balance == total for _, balance, total in rows)
    return {name: balance for name, balance, _ in rows}


async def ledger() -> list[tuple[Any, ...]]:
    """Return all that a refusal must leave as it was."""
    tables = ("movement", "lot", "fact", "pending_award", "check_in", "referral", "consent")
    counts = [await _rows(f"select '{table}', count(*) from {table}") for table in tables]
    chains = await _rows("select customer_id, seq, balance, hash from account order by 1")
    return [*(count[0] for count in counts), *chains]


async def updates() -> list[tuple[Any, ...]]:
    """Return what became of each update, in the order of their numbers."""
    return await _rows(
        "select update_id, done_at is not null, parked_at is not null, attempts, problem"
        " from received_update order by update_id"
    )


async def notices() -> list[tuple[str, str, str | None]]:
    """Return whom a notice is for, its kind, and what became of it."""
    return await _rows(
        "select c.name, n.kind, n.outcome from notice n join customer c using (customer_id)"
        " order by n.id"
    )


async def reachable() -> dict[str, bool]:
    """Return of each customer whether their chat answers."""
    rows = await _rows(
        "select c.name, h.unreachable_at is null from channel h join customer c using (customer_id)"
    )
    return dict(rows)


async def _rows(query: str) -> list[Any]:
    async with db.reading() as connection:
        return [tuple(row.values()) for row in await connection.fetch(query)]


async def undo_done() -> None:
    """Let every update be due again, as if no worker had noted that it was done."""
    async with db.transaction() as connection:
        await connection.execute("update received_update set done_at = null, due_at = received_at")


@asynccontextmanager
async def account_locked(dsn: str, name: str) -> AsyncIterator[None]:
    """Hold an account as a slow transaction of somebody else would."""
    rival = await asyncpg.connect(dsn)
    try:
        async with rival.transaction():
            await rival.execute(
                "select from account a join customer c using (customer_id) where c.name = $1"
                " for update of a",
                name,
            )
            yield
    finally:
        await rival.close()
