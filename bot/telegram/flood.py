"""Nobody keeps the bot from the others: how many updates of one person are answered."""

from datetime import datetime
from typing import Literal

from bot.telegram.config import BotConfig
from web.limits import LocalLimit, TooManyRequests

Admission = Literal["heard", "warned", "ignored"]
_WARNINGS_PER_SECOND = 1 / 60


class Flood:
    """A bucket for each person. Who empties theirs is told so, once in a minute."""

    def __init__(self, config: BotConfig) -> None:
        self._people = LocalLimit(config.person_burst, config.person_per_second)
        self._warnings = LocalLimit(1, _WARNINGS_PER_SECOND)

    def admit(self, person: int, now: datetime) -> Admission:
        """Count an update of a person and say what it is to get."""
        if _takes(self._people, person, now):
            return "heard"
        return "warned" if _takes(self._warnings, person, now) else "ignored"


def _takes(limit: LocalLimit, person: int, now: datetime) -> bool:
    try:
        limit.take(str(person), now)
    except TooManyRequests:
        return False
    return True
