"""What our migrations are made of."""

from importlib.resources import files
from typing import Any

from tortoise.migrations import operations as ops


class Model(ops.CreateModel):
    """Tell Tortoise of a model whose table the migration's SQL makes.

    Tortoise drops CHECK and UNIQUE constraints when it creates a table and knows no
    composite keys, so the SQL is the truth of the database and a test compares the two.
    """

    async def database_forward(self, *_: Any, **__: Any) -> None:
        """Leave the database alone."""

    async def database_backward(self, *_: Any, **__: Any) -> None:
        """Leave the database alone."""


def sql_file(name: str) -> ops.RunSQL:
    """Run a file of `domain/migrations/sql`."""
    text = files("domain.migrations").joinpath("sql", name).read_text(encoding="utf-8")
    return ops.RunSQL(text, reverse_sql=ops.RunSQL.noop)


class Column(ops.AddField):
    """Tell Tortoise of a column that the migration's SQL adds."""

    async def database_forward(self, *_: Any, **__: Any) -> None:
        """Leave the database alone."""

    async def database_backward(self, *_: Any, **__: Any) -> None:
        """Leave the database alone."""
