"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

# Noon of a Monday in Ho Chi Minh City.
MONDAY_NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


class FixedClock:
    """Tells the instant it was set to."""

    def __init__(self, instant: datetime = MONDAY_NOON) -> None:
        self._instant = instant

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = instant

    def advance(self, by: timedelta) -> datetime:
        self._instant += by
        return self._instant
