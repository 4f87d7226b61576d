"""What customers say about themselves: a birthday, once, and the language to speak."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain import db
from domain.errors import NotFound, Refusal
from domain.sql import queries

SQL = queries("domain.customers", "profile.sql")
# Nobody older is known to live, and a toddler does not open a chat.
YEARS_MAX: Final = 120
YEARS_MIN: Final = 5


class BirthdayLocked(Refusal):
    """Your birthday is saved and cannot be changed here. If it is wrong, ask the shop."""

    code = "birthday_locked"


class UnlikelyBirthday(Refusal):
    """That cannot be your birthday. It must lie between %(earliest)s and %(latest)s."""

    code = "unlikely_birthday"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A customer as they may see themselves."""

    name: str
    locale: str
    birthday: date | None
    joined_at: datetime
    registered_at: datetime | None
    terms_version: int | None
    accepted_at: datetime | None


async def profile(customer_id: UUID) -> Profile:
    """Return what we know of a customer from themselves; raises NotFound."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["profile"], customer_id)
    if row is None:
        raise NotFound
    return Profile(**row)


async def set_birthday(customer_id: UUID, birthday: date, *, today: date) -> None:
    """Remember a birthday for good; the same one again changes nothing.

    Raises UnlikelyBirthday, and BirthdayLocked if another one stands.
    """
    earliest, latest = likely_birthdays(today)
    if not earliest <= birthday <= latest:
        raise UnlikelyBirthday(earliest=earliest, latest=latest)
    async with db.transaction() as connection:
        if not await connection.fetchval(SQL["set_birthday"], customer_id, birthday):
            raise BirthdayLocked


def likely_birthdays(today: date) -> tuple[date, date]:
    """Return the first and the last date on which a customer of today may have been born."""
    return _years_before(today, YEARS_MAX), _years_before(today, YEARS_MIN)


def _years_before(today: date, years: int) -> date:
    is_leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year - years, day=28 if is_leap_day else today.day)
