"""Instants as days of the program."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.telegram.visit import Visit
from domain.programs import zone_of


async def last_day(visit: Visit, until: datetime) -> date:
    """Return the last day before an instant, in the program's zone."""
    return await day_of(visit, until - timedelta(microseconds=1))


async def day_of(visit: Visit, at: datetime) -> date:
    """Return the day that the program shows at an instant."""
    zone = await zone_of(visit.program.id, visit.now)
    return at.astimezone(ZoneInfo(zone)).date()
