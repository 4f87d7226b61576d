"""Accounts that another carries on: who asks for one is led to the survivor."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.errors import NotFound
from domain.sql import queries

SQL = queries("domain.ledger", "survivors.sql")
T = TypeVar("T")


class CarriedOn(NotFound):
    """There is nothing here under that address."""

    def __init__(self, survivor_id: UUID) -> None:
        super().__init__()
        self.survivor_id = survivor_id


async def missing(connection: Connection, customer_id: UUID) -> NotFound:
    """Return the refusal for an account that cannot be posted to: CarriedOn if it was transferred."""
    survivor_id = await connection.fetchval(SQL["survivor"], customer_id)
    return CarriedOn(survivor_id) if survivor_id else NotFound()


async def survivor_of(customer_id: UUID) -> UUID:
    """Return the customer whose account carries this one's points on: mostly themselves."""
    async with db.reading() as connection:
        while survivor_id := await connection.fetchval(SQL["survivor"], customer_id):
            customer_id = survivor_id
    return customer_id


async def on_survivor(customer_id: UUID, act: Callable[[Connection, UUID], Awaitable[T]]) -> T:
    """Act on the account in a transaction of its own, or on the one that carries it on.

    What was tried on an account that is carried on is rolled back first, its lock included:
    two accounts are only ever locked in the order of their ids.
    """
    while True:
        try:
            async with db.transaction() as connection:
                return await act(connection, customer_id)
        except CarriedOn as moved:
            customer_id = moved.survivor_id
