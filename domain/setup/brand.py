"""A program's look: three colours, and the seed from which its rings grow."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import db
from domain.access.models import Staff
from domain.errors import InvalidInput
from domain.programs import Program
from domain.setup.changes import keep
from domain.sql import queries

SQL = queries("domain.setup", "setup.sql")
SEED_MAX: Final = 40
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, kw_only=True)
class Look:
    """The accent on light and on dark, the colour of points, and the seed of the texture."""

    accent: str
    accent_dark: str
    gold: str
    seed: str

    def __post_init__(self) -> None:
        """Refuse what is no colour, and a seed too long to be one."""
        if not all(_COLOUR.fullmatch(c) for c in (self.accent, self.accent_dark, self.gold)):
            raise InvalidInput("a colour is written like #14624f")
        if not 0 < len(self.seed) <= SEED_MAX:
            raise InvalidInput("a seed has 1 to 40 characters")


DEFAULT: Final = Look(accent="#14624f", accent_dark="#62cfa9", gold="#f6b756", seed="moc")


def look_of(program: Program) -> Look:
    """Return a program's look; what it never chose, or is no colour, is ours."""
    chosen = {"seed": program.slug, **program.brand}
    try:
        return Look(**{name: str(chosen.get(name) or ours) for name, ours in vars(DEFAULT).items()})
    except InvalidInput:
        return DEFAULT


async def change_look(program: Program, look: Look, *, by: Staff, now: datetime) -> None:
    """Dress the program in another look from now on."""
    async with db.transaction() as connection:
        await connection.execute(SQL["lock_program"], program.id)
        await program.refresh_from_db()
        await keep(program, {"brand": vars(look)}, act="brand_changed", by=by, now=now)
