"""The books: one account with a row of every kind, as the ledger's own functions wrote it."""

import asyncpg
import pytest

from domain.sql import queries

BOOKS = queries("tests.domain.ledger", "books.sql")


@pytest.fixture
async def books(schema: asyncpg.Connection) -> asyncpg.Connection:
    """The owner's connection to a database with books in it; whatever a test does is undone."""
    await schema.execute(BOOKS["books"])
    return schema
