"""Nobody keeps the bot from the others: how many updates of one person are answered."""

from datetime import datetime
from typing import Literal

from bot.telegram.config import BotConfig
from web.limits import LocalLimit, TooManyRequests

Admission = Literal["heard", "warned", "ignored"]
_WARNINGS_PER_SECOND = 1 / 60


class Flood:
    """A bucket for each person. Who empties theirs is told so, once in a minute.

    Inline queries come with every letter typed, so they have a bucket of their own.
    """

    def __init__(self, config: BotConfig) -> None:
        self._people = LocalLimit(config.person_burst, config.person_per_second)
        self._warnings = LocalLimit(1, _WARNINGS_PER_SECOND)
        self._groups = LocalLimit(1, _WARNINGS_PER_SECOND)
        self._typing = LocalLimit(config.inline_burst, config.inline_per_second)

    def admit(self, person: int, now: datetime) -> Admission:
        """Count an update of a person and say what it is to get."""
        if _takes(self._people, person, now):
            return "heard"
        return "warned" if _takes(self._warnings, person, now) else "ignored"

    def admits_group(self, chat: int, now: datetime) -> bool:
        """Tell whether a group may hear our sentence: once in a minute."""
        return _takes(self._groups, chat, now)

    def admits_typing(self, person: int, now: datetime) -> bool:
        """Count an inline query of a person and tell whether it is answered."""
        return _takes(self._typing, person, now)


def _takes(limit: LocalLimit, who: int, now: datetime) -> bool:
    try:
        limit.take(str(who), now)
    except TooManyRequests:
        return False
    return True
