"""The date range of a report: what the address says, and what the picker offers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from admin.auth.people import Person, person_of
from domain.errors import InvalidInput
from domain.reporting.periods import Period, Zone, period, today, zone_name
from locales import Translator, translator
from web.errors import locale_of
from web.keys import CLOCK

_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TYPED: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Preset:
    """A range that has a name."""

    title: str
    first: date
    last: date
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The range that was asked for, and everything that its control shows."""

    period: Period
    today: date
    presets: tuple[Preset, ...]
    zone: str
    zone_label: str
    program_zone_label: str
    typed_first: str
    typed_last: str
    at: datetime

    @property
    def zone_info(self) -> ZoneInfo:
        """The zone in which times of day are shown."""
        return ZoneInfo(self.zone)

    @property
    def local(self) -> datetime:
        """The instant of the report in its zone."""
        return self.at.astimezone(self.zone_info)


async def chosen(request: web.Request) -> Choice:
    """Read the range from the address; without one it is this month so far.

    Raises InvalidInput for a range that no report covers.
    """
    person = person_of(request)
    now = request.config_dict[CLOCK].now()
    zone = _zone(request.query.get("zone", "program"))
    on = await today(person.program.id, zone, now=now)
    return await _choice(request, person, asked(request.query, on, zone), on, now)


def asked(query: Mapping[str, str], on: date, zone: Zone) -> Period:
    """Return the period that a query names, on the given day."""
    first, last = query.get("from"), query.get("to")
    if not first and not last:
        return period(on.replace(day=1), on, zone)
    return period(day(first or ""), day(last or ""), zone)


def day(text: str) -> date:
    """Read a day as ISO or as people here write it, 31/12/2026; raises InvalidInput."""
    text = text.strip()
    if found := text.isascii() and _ISO.fullmatch(text):
        year, month, number = found.groups()
    elif found := text.isascii() and _TYPED.fullmatch(text):
        number, month, year = found.groups()
    else:
        raise InvalidInput("a day is written 31/12/2026 or 2026-12-31")
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise InvalidInput("there is no such day") from None


def _zone(text: str) -> Zone:
    if text not in ("program", "utc"):
        raise InvalidInput("zone is program or utc")
    return "utc" if text == "utc" else "program"


async def _choice(
    request: web.Request, person: Person, wanted: Period, on: date, now: datetime
) -> Choice:
    spoken = translator(locale_of(request))
    zone = await zone_name(person.program.id, wanted.zone, now=now)
    home = await zone_name(person.program.id, "program", now=now)
    return Choice(
        period=wanted,
        today=on,
        presets=tuple(_presets(on, wanted)),
        zone=zone,
        zone_label=spoken.time_zone_name(zone, now),
        program_zone_label=spoken.time_zone_name(home, now),
        typed_first=_typed(spoken, wanted.first),
        typed_last=_typed(spoken, wanted.last),
        at=now,
    )


def _typed(spoken: Translator, value: date) -> str:
    """Write a day as the field for typing shows it: nobody reads 07/05 in two ways."""
    return f"{value:%d/%m/%Y}" if spoken.code == "vi" else value.isoformat()


def _presets(on: date, wanted: Period) -> Iterator[Preset]:
    month = on.replace(day=1)
    quarter = month.replace(month=on.month - (on.month - 1) % 3)
    offers = (
        ("Today", on, on),
        ("Yesterday", on - _DAY, on - _DAY),
        ("Last 7 days", on - 6 * _DAY, on),
        ("Last 30 days", on - 29 * _DAY, on),
        ("This month", month, on),
        ("Last month", (month - _DAY).replace(day=1), month - _DAY),
        ("This quarter", quarter, on),
        ("This year", month.replace(month=1), on),
    )
    # On the first of a month "today" is "this month" too: the longer name says more.
    names = [title for title, *days in offers if days == [wanted.first, wanted.last]]
    best = names[-1] if names else "Custom"
    for title, first, last in (*offers, ("Custom", wanted.first, wanted.last)):
        yield Preset(title, first, last, title == best)
