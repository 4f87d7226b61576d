"""The books: one account with a row of every kind, as the ledger's own functions wrote it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from domain import db, secrets
from domain.sql import queries
from tests.domain.ledger.racing import RACERS

BOOKS = queries("tests.domain.ledger", "books.sql")


@pytest.fixture
async def books(schema: asyncpg.Connection) -> asyncpg.Connection:
    """The owner's connection to a database with books in it; whatever a test does is undone."""
    await schema.execute(BOOKS["books"])
    return schema


@pytest.fixture
async def wide(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The pool, open with more connections than any race has racers."""
    secrets.configure("a secret that only tests know")
    # On a slow machine the last of fifty waits longer than a customer would be let wait.
    monkeypatch.setitem(db._SESSION, "lock_timeout", "60s")
    async with db.opened(database, pool_size=RACERS + 10):
        yield database
