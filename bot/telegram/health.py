"""How a bot is: what keeps it from working is written down whenever that changes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.telegram.client import Session
from domain import bots
from domain.bots import BotApiRefused, BotApiUnreachable, BotTokenRefused
from domain.errors import Refusal

# These pass, or are seen by the session itself: no single call says that something is wrong.
_PASSING = (
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)


@dataclass(frozen=True)
class Trouble:
    """A refusal's code, and what Telegram said."""

    code: str
    detail: str | None = None


class Health:
    """What is wrong with one bot, by what it was doing."""

    def __init__(self, program_id: UUID) -> None:
        self._program_id = program_id
        self._troubles: dict[str, Trouble] = {}
        self._written: Trouble | None = None

    async def introduced(self, now: datetime) -> None:
        """Telegram knows the bot: whatever was written before is over."""
        await bots.introduced(self._program_id, now=now)
        self._written = None
        await self._note("introduction", None)

    async def failed(self, step: str, error: Exception) -> None:
        """A step failed; what Telegram refuses, staff should read."""
        await self._note(step, _trouble_of(error))

    async def went_well(self, step: str) -> None:
        """A step went well."""
        await self._note(step, None)

    async def look(self, session: Session) -> None:
        """Find out whether Telegram answers at all."""
        away = Trouble(BotApiUnreachable.code) if session.is_away() else None
        await self._note("calls", away)

    async def refused(self) -> None:
        """Telegram does not know the token."""
        await self._note("calls", Trouble(BotTokenRefused.code))

    async def _note(self, step: str, trouble: Trouble | None) -> None:
        if trouble:
            self._troubles[step] = trouble
        else:
            self._troubles.pop(step, None)
        worst = self._troubles.get("calls") or next(iter(self._troubles.values()), None)
        if worst != self._written:
            code, detail = (worst.code, worst.detail) if worst else (None, None)
            await bots.troubled(self._program_id, code, detail)
            self._written = worst


def _trouble_of(error: Exception) -> Trouble | None:
    if isinstance(error, Refusal):
        return Trouble(error.code)
    if isinstance(error, TelegramAPIError) and not isinstance(error, _PASSING):
        return Trouble(BotApiRefused.code, error.message)
    return None
