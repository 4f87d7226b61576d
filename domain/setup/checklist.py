"""What a new program still needs before customers come, and what it has."""

from dataclasses import dataclass

from domain import db
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.setup", "setup.sql")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Each is true once it is done."""

    has_terms: bool
    has_look: bool
    has_bot: bool
    has_own_rules: bool
    has_content: bool
    has_team: bool
    has_member: bool
    has_points: bool

    @property
    def is_ready(self) -> bool:
        """Whether customers can come: they find a bot, terms, and something to look at."""
        return self.has_terms and self.has_bot and self.has_content


async def progress(program: Program, *, has_bot: bool) -> Progress:
    """Return how far a program has come; whether its bot is connected is told."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["progress"], program.id)
    assert row is not None
    return Progress(
        has_terms=bool(program.terms), has_look=bool(program.brand), has_bot=has_bot, **dict(row)
    )
