"""Days and instants as forms have them: typed and shown in the program's own zone."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from admin.pages.forms import OrNone
from domain.errors import InvalidInput
from domain.words import marked as _

_LOCAL: Final = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _time(value: object) -> object:
    found = isinstance(value, str) and value.isascii() and _LOCAL.fullmatch(value.strip())
    if not found:
        return _refused(value, _("Enter a date and a time."))
    return datetime.fromisoformat(f"{found[1]}T{found[2]}")


def _date(value: object) -> object:
    if isinstance(value, str) and value.isascii() and _DAY.fullmatch(value.strip()):
        return date.fromisoformat(value.strip())
    return _refused(value, _("Enter a date."))


def _refused(value: object, why: str) -> object:
    if value is None:
        return None
    raise ValueError(why)


RequiredTime = Annotated[datetime, BeforeValidator(_time)]
# What `<input type="datetime-local">` and `<input type="date">` send; empty is None.
LocalTime = Annotated[datetime | None, BeforeValidator(_time), OrNone]
LocalDay = Annotated[date | None, BeforeValidator(_date), OrNone]


def in_zone(local: datetime, zone: str) -> datetime:
    """Return the instant of a time of day in a zone.

    Raises InvalidInput for a year that no clock of ours will see.
    """
    try:
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        raise InvalidInput(_("Enter a date and a time.")) from None


def written(at: datetime, zone: str) -> str:
    """Write an instant as its field takes it."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def today_in(zone: str, now: datetime) -> date:
    """Return the date in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()
