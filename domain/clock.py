"""The one place that reads the time of day."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the instant at which something is done, in UTC with its zone set."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
