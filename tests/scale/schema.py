"""The schema lint: would this schema lie on several nodes as it is?"""

import asyncpg

from domain.sql import queries
from tests.scale.tables import placements

RULES = queries("tests.scale", "schema.sql")


async def place(connection: asyncpg.Connection) -> None:
    """Tell this session where each table belongs."""
    await connection.execute(
        "create temp table placed (name text, class text, key text, tbl regclass)"
    )
    await connection.executemany(
        "insert into placed values ($1, $2, $3, to_regclass($1))", placements()
    )


async def broken_rules(connection: asyncpg.Connection) -> list[str]:
    """Return what breaks a rule, each as `rule: what`; the session has called `place`."""
    return [
        f"{rule.replace('_', ' ')}: {row['what']}"
        for rule, statement in RULES.items()
        for row in await connection.fetch(statement)
    ]
