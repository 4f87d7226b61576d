"""Quiet hours: from nine in the evening until eight in the morning nobody's phone rings."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BEGIN: Final = time(21)
END: Final = time(8)


def quiet_until(now: datetime, zone: str) -> datetime | None:
    """Return when the quiet hours of a zone end, or None outside of them."""
    local = now.astimezone(ZoneInfo(zone))
    if END <= local.time() < BEGIN:
        return None
    later = local.time() >= BEGIN
    return morning(now, zone, days=1 if later else 0)


def morning(now: datetime, zone: str, *, days: int) -> datetime:
    """Return the end of the quiet hours, so many days from the zone's today."""
    place = ZoneInfo(zone)
    on = now.astimezone(place).date() + timedelta(days=days)
    return datetime.combine(on, END, place).astimezone(now.tzinfo)
