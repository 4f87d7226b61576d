"""Ranges of days that a report covers, both ends included, and the dates they are counted by."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, get_args
from uuid import UUID

from domain import db, programs
from domain.errors import InvalidInput
from domain.sql import queries

SQL = queries("domain.reporting", "periods.sql")
DAYS_MAX: Final = 731
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2199, 12, 31)
Zone = Literal["program", "utc"]
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days by the program's business dates or by UTC dates. The range is half-open inside."""

    first: date
    last: date
    zone: Zone

    @property
    def until(self) -> date:
        """The day after the last one."""
        return self.last + _DAY

    @property
    def days(self) -> int:
        return (self.until - self.first).days

    def previous(self) -> "Period":
        """The period of equal length that ends where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - _DAY, self.zone)

    def dates(self) -> list[date]:
        """Every day, the first one first."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


def period(first: date, last: date, zone: str = "program") -> Period:
    """Return the period from one day to another; raises InvalidInput if it is none of ours."""
    if zone not in get_args(Zone):
        raise InvalidInput("zone is program or utc")
    if first > last:
        raise InvalidInput("the first day is after the last")
    if first < EARLIEST or last > LATEST:
        raise InvalidInput("days lie between 2000-01-01 and 2199-12-31")
    if (last - first).days >= DAYS_MAX:
        raise InvalidInput("a report covers at most 731 days")
    return Period(first, last, "utc" if zone == "utc" else "program")


async def today(program_id: UUID, zone: Zone, *, now: datetime) -> date:
    """Return the date that the zone of a report shows now."""
    if zone == "utc":
        return now.astimezone(UTC).date()
    async with db.reading() as connection:
        on: date = await connection.fetchval(SQL["today"], program_id, now)
    return on


async def zone_name(program_id: UUID, zone: Zone, *, now: datetime) -> str:
    """Return the name of the zone in which a report shows times of day."""
    return "UTC" if zone == "utc" else await programs.zone_of(program_id, now)
