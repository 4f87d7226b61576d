"""How long points live: pure arithmetic of dates in the program's zone."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.earning.models import Rule


def expires_at(rule: Rule, at: datetime, zone: str) -> datetime | None:
    """Return the first instant at which points given at `at` are gone; None: they stay.

    `days`: usable on so many dates, the first included. `months`: to the end of the same day
    of a later month, or of its last day. `date`: to the end of that date.
    """
    earned_on = at.astimezone(ZoneInfo(zone)).date()
    if rule.lifetime_kind == "days":
        return start_of(earned_on + timedelta(days=rule.lifetime_count or 0), zone)
    if rule.lifetime_kind == "months":
        last = months_later(earned_on, rule.lifetime_count or 0)
        return start_of(last + timedelta(days=1), zone)
    if rule.lifetime_kind == "date" and rule.lifetime_on:
        return start_of(rule.lifetime_on + timedelta(days=1), zone)
    return None


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of(day: date, zone: str) -> datetime:
    """Return the first instant of a date, also where midnight does not exist."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def date_before(day: date, zone: str) -> date:
    """Return the last date before `day` that existed in the zone; Samoa once left one out."""
    before = day - timedelta(days=1)
    noon = datetime.combine(before, time(12), ZoneInfo(zone))
    exists = noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() == before
    return before if exists else date_before(before, zone)
