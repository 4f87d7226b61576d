"""Reading the audit log: who did what, the newest first, a page at a time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import db
from domain.errors import InvalidInput
from domain.programs import zone_of
from domain.sql import queries

SQL = queries("domain.access", "audit_log.sql")
LIMIT_MAX: Final = 200
# What one file may hold; whoever wants more asks for fewer days.
EXPORT_MAX: Final = 50_000
_CURSOR: Final = re.compile(r"(\d{1,17})\.([0-9a-f]{32})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries are meant: of all that is not named. The days are the program's."""

    actor: str | None = None
    act: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act: `actor` is `staff:` and an id, `operator`, or `stranger`."""

    id: UUID
    actor: str
    act: str
    facts: dict[str, Any]
    address: str | None
    recorded_at: datetime


@dataclass(frozen=True)
class Page:
    """Some entries, and the cursor of those behind them."""

    entries: tuple[Entry, ...]
    next: str | None


async def read(
    program_id: UUID, wanted: Wanted, *, cursor: str | None = None, limit: int = 50, now: datetime
) -> Page:
    """Return a page of a program's audit log; raises InvalidInput for a cursor not of ours."""
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(f"limit must be 1 to {LIMIT_MAX}")
    rows = await _rows(program_id, wanted, _behind(cursor), limit + 1, now)
    return Page(rows[:limit], _cursor(rows[limit - 1]) if len(rows) > limit else None)


async def all_of(program_id: UUID, wanted: Wanted, *, now: datetime) -> tuple[Entry, ...]:
    """Return all entries that are meant, the newest 50,000 at most, for a file."""
    return await _rows(program_id, wanted, (None, None), EXPORT_MAX, now)


async def _rows(
    program_id: UUID,
    wanted: Wanted,
    behind: tuple[datetime | None, UUID | None],
    limit: int,
    now: datetime,
) -> tuple[Entry, ...]:
    zone = ZoneInfo(await zone_of(program_id, now))
    since = _begin(wanted.first, zone)
    until = _begin(wanted.last and wanted.last + timedelta(days=1), zone)
    asked = (program_id, wanted.actor, wanted.act, since, until, *behind, limit)
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["page"], *asked)
    return tuple(Entry(**dict(row)) for row in rows)


def _begin(day: date | None, zone: ZoneInfo) -> datetime | None:
    """Return the instant at which a day begins in a zone."""
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _cursor(entry: Entry) -> str:
    return f"{(entry.recorded_at - _EPOCH) // _MICROSECOND}.{entry.id.hex}"


def _behind(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    if not cursor:
        return None, None
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidInput("unknown cursor")
    return _EPOCH + int(found[1]) * _MICROSECOND, UUID(found[2])
