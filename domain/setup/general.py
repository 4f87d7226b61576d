"""A program's name, address, language, money and zone."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from domain import db, programs
from domain.access import audit
from domain.access.models import Staff
from domain.errors import InvalidInput, Refusal
from domain.names import clean_name
from domain.programs import Program
from domain.setup.changes import keep
from domain.sql import queries

SQL = queries("domain.setup", "setup.sql")
POINT_VALUE_MAX: Final = Decimal(1_000_000)
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class SlugTaken(Refusal):
    """Another program has the address %(slug)s."""

    code = "slug_taken"


class TooLateToChange(Refusal):
    """This can no longer be changed: customers already hold links and prices that name it."""

    code = "too_late_to_change"


@dataclass(frozen=True, kw_only=True)
class General:
    """What a program is called, where it is, and what a point is worth in minor units."""

    name: str
    slug: str
    locale: str
    currency: str
    point_value: Decimal


async def change_general(program: Program, wanted: General, *, by: Staff, now: datetime) -> None:
    """Change them; an address and a currency are final once somebody depends on them.

    Raises InvalidInput, SlugTaken, TooLateToChange.
    """
    check(wanted)
    async with db.transaction() as connection:
        await connection.execute(SQL["lock_program"], program.id)
        await program.refresh_from_db()
        if wanted.slug != program.slug:
            if await connection.fetchval(SQL["members"], program.id):
                raise TooLateToChange(field="slug")
            if await Program.exists(slug=wanted.slug):
                raise SlugTaken(slug=wanted.slug)
        if wanted.currency != program.currency and await is_priced(program):
            raise TooLateToChange(field="currency")
        values = vars(wanted) | {"name": clean_name(wanted.name)}
        await keep(program, values, act="program_changed", by=by, now=now)


async def is_priced(program: Program) -> bool:
    """Tell whether the currency is final: somebody joined, or a product has a price."""
    async with db.reading() as connection:
        return bool(
            await connection.fetchval(SQL["members"], program.id)
            or await connection.fetchval(SQL["priced"], program.id)
        )


async def has_customers(program: Program) -> bool:
    """Tell whether the address is final: somebody joined by it."""
    async with db.reading() as connection:
        return bool(await connection.fetchval(SQL["members"], program.id))


async def change_zone(program: Program, zone: str, *, by: Staff, now: datetime) -> datetime:
    """Count dates in another zone from the end of today's date on; return that instant."""
    async with db.transaction():
        before = await programs.zone_of(program.id, now)
        begins = await programs.change_zone(program, zone, now=now)
        await audit.record(
            "zone_changed", now=now, by=by, before=before, after=zone, begins=begins.isoformat()
        )
    return begins


async def zone_to_come(program: Program, *, now: datetime) -> tuple[str, datetime] | None:
    """Return the zone that has been chosen and does not count yet, and from when it will."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["zone_to_come"], program.id, now)
    return (row["zone"], row["from_instant"]) if row else None


def check(wanted: General) -> None:
    """Raise InvalidInput for what no program can be called, or count in."""
    if not clean_name(wanted.name).strip("…"):
        raise InvalidInput("a program has a name")
    if not _SLUG.fullmatch(wanted.slug):
        raise InvalidInput("an address has 2 to 63 small letters, digits and hyphens")
    if wanted.locale not in ("vi", "en"):
        raise InvalidInput("unknown language")
    if not _CURRENCY.fullmatch(wanted.currency):
        raise InvalidInput("a currency is three letters, such as VND")
    if not 0 <= wanted.point_value <= POINT_VALUE_MAX:
        raise InvalidInput("a point is worth between 0 and 1,000,000")
