"""Whether this process can serve: the database answers and stands at our schema."""

from importlib.resources import files

from domain import db
from domain.sql import queries

SQL = queries("domain", "health.sql")


async def is_ready() -> bool:
    """Tell whether every migration that this version has was applied; raises if nobody answers."""
    folder = files("domain.migrations")
    ours = {entry.name.removesuffix(".py") for entry in folder.iterdir() if entry.name[0] == "0"}
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["applied"])
    return ours <= {row["name"] for row in rows}
