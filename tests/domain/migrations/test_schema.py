from pathlib import Path

import asyncpg
from tortoise import Tortoise
from tortoise.fields import Field

from domain.migrate import migrate
from domain.sql import queries

SQL = queries("tests.domain.migrations", "schema.sql")
CONSTRAINTS = Path(__file__).with_name("constraints.txt")
_SERVER_TYPES = {"TIMESTAMPTZ": "timestamp with time zone", "INT": "integer", "BOOL": "boolean"}

Columns = dict[str, tuple[str, bool]]


def _said_by_model(fields: dict[str, Field[object]]) -> Columns:
    types = {name: field.get_for_dialect("postgres", "SQL_TYPE") for name, field in fields.items()}
    return {
        field.source_field or name: (
            _SERVER_TYPES.get(types[name], types[name].lower().replace("decimal", "numeric")),
            field.null,
        )
        for name, field in fields.items()
    }


async def test_each_model_is_its_table(opened: str) -> None:
    connection = await asyncpg.connect(opened)
    models = Tortoise.apps["domain"].values()
    said = {m._meta.db_table: _said_by_model(m._meta.fields_map) for m in models}

    stands = {
        table: {
            row["name"]: (row["type"], row["nullable"])
            for row in await connection.fetch(SQL["columns"], table)
        }
        for table in said
    }

    await connection.close()
    assert said == stands
    assert len(said) > 5


async def test_migrating_again_changes_nothing(database: str) -> None:
    assert await migrate(database) == []


async def test_the_schema_keeps_every_constraint(schema: asyncpg.Connection) -> None:
    stands = {row["said"] for row in await schema.fetch(SQL["constraints"])}

    # A change that is meant changes constraints.txt as well.
    listed = set(CONSTRAINTS.read_text(encoding="utf-8").splitlines())
    assert {"gone": listed - stands, "new": stands - listed} == {"gone": set(), "new": set()}
