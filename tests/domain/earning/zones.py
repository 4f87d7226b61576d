"""Zones whose dates are odd, and the dates that a zone really had."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ODD_ZONES = (
    "Africa/Cairo",  # no midnight on 2025-04-25
    "Asia/Beirut",  # no midnight on 2025-03-30
    "America/Santiago",  # no midnight on 2025-09-07
    "America/Havana",  # midnight twice on 2025-11-02
    "America/St_Johns",  # once turned its clocks back at 00:01
    "Australia/Lord_Howe",  # half an hour of summer
    "Pacific/Apia",  # no 2011-12-30
    "Asia/Ho_Chi_Minh",
    "America/Los_Angeles",
    "Pacific/Kiritimati",
)
zones = st.sampled_from(ODD_ZONES)
FIRST, LAST = datetime(2005, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
instants = st.integers(0, int((LAST - FIRST).total_seconds())).map(
    lambda seconds: FIRST + timedelta(seconds=seconds)
)


def date_in(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def dates_of(zone: str, first: datetime, days: int) -> list[date]:
    """Return the dates that the zone's clocks showed, in order, as somebody who looks sees them."""
    looks = (first + timedelta(minutes=30 * n) for n in range(48 * days))
    return sorted({date_in(zone, at) for at in looks})
