"""Opting out: the account of somebody who leaves is emptied."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.db import Connection
from domain.ids import new_id
from domain.ledger import plan as planner
from domain.ledger.book import load_book
from domain.ledger.corrections import SQL as CORRECTIONS
from domain.ledger.corrections import Correction, write
from domain.ledger.plan import account_ids
from domain.sql import queries

SQL = queries("domain.ledger", "opting_out.sql")


@dataclass(frozen=True)
class OptedOut:
    """How many points expired, 0 or negative, and the balance: 0, or what is still owed."""

    points: int
    balance: int


async def opt_out(
    connection: Connection, customer_id: UUID, *, actor: str, at: datetime
) -> OptedOut:
    """Cancel what is promised, end what is on hold, and let all open lots expire.

    The caller has locked the account, and `at` is what the lock answered. Facts stay known, so
    nothing that was paid or promised once is paid again.
    """
    await connection.fetchval(CORRECTIONS["settle"], customer_id, at)
    await connection.execute(SQL["forgo"], customer_id, at)
    book = await load_book(connection, customer_id, None)
    plan = planner.opt_out(book, now=at, new_id=account_ids(customer_id))
    why = Correction(business_key=f"opt_out:{new_id()}", actor=actor)
    posted = await write(connection, customer_id, plan, why, at, None)
    points = sum(step.amount for step in plan if step.action == planner.OPT_OUT)
    return OptedOut(points, posted.balance)
