"""What a backup promises of a database, and what one needs to be brought back into it."""

from dataclasses import dataclass

from domain import db
from domain.sql import queries

SQL = queries("domain", "restoring.sql")


@dataclass(frozen=True)
class Standing:
    """How much a database holds; the ledger only ever grows."""

    migration: str
    programs: int
    customers: int
    movements: int
    points: int


async def standing() -> Standing:
    """Return what stands in the database now, as of one instant."""
    async with db.snapshot() as connection:
        row = await connection.fetchrow(SQL["standing"])
    assert row is not None
    return Standing(**dict(row))


async def is_empty() -> bool:
    """Tell whether nobody would miss anything if this database were replaced."""
    async with db.reading() as connection:
        if not await connection.fetchval(SQL["has_tables"]):
            return True
        return not await connection.fetchval(SQL["has_programs"])


async def make_role() -> None:
    """Make the role as which web and worker run, to which the backup's grants are given."""
    async with db.transaction() as connection:
        if statement := await connection.fetchval(SQL["role_to_make"]):
            await connection.execute(statement)
