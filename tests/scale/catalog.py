"""What the server knows of the names in a statement: tables, views, functions, operators."""

from dataclasses import dataclass

import asyncpg

from domain.sql import queries
from tests.scale.tables import placements
from tests.scale.trees import Node, parse

SQL = queries("tests.scale", "catalog.sql")


@dataclass(frozen=True)
class Table:
    """A table, its class, and the number of the column by which its rows are spread."""

    name: str
    placement: str
    key: int | None


@dataclass(frozen=True)
class Function:
    """How far the answers of a function may vary: `i`, `s` or `v`; and whether it is ours."""

    name: str
    varies: str
    is_ours: bool


@dataclass(frozen=True)
class Catalog:
    """By the numbers that a parsed statement speaks of."""

    tables: dict[int, Table]
    views: dict[int, Node]
    functions: dict[int, Function]
    equals: frozenset[int]


async def read_catalog(connection: asyncpg.Connection) -> Catalog:
    """Read the catalogue of the migrated database."""
    names, placed, keys = zip(*placements(), strict=True)
    tables = await connection.fetch(SQL["tables"], names, placed, keys)
    functions = await connection.fetch(SQL["functions"])
    return Catalog(
        tables={r["oid"]: Table(r["name"], r["placement"], r["key"]) for r in tables},
        views={r["oid"]: parse(r["tree"])[0] for r in await connection.fetch(SQL["views"])},
        functions={r["oid"]: Function(r["name"], r["varies"], r["is_ours"]) for r in functions},
        equals=frozenset(r["oid"] for r in await connection.fetch(SQL["equals"])),
    )
