"""The connection to the Bot API.

It obeys the pauses that Telegram asks for, and keeps the token out of every error it raises.
"""

import asyncio
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.telegram.config import BotConfig
from bot.telegram.secrecy import keep_out_of_logs, redacted
from domain.clock import Clock

# So many calls in a row that reach no Bot API are no accident of one call.
_AWAY_AFTER: Final = 3
_LONGEST_REST: Final = timedelta(seconds=30)


class Session(AiohttpSession):
    """The HTTP session of one bot. A 429 silences all its calls until the pause is over."""

    def __init__(self, config: BotConfig, clock: Clock) -> None:
        super().__init__(
            api=TelegramAPIServer.from_base(config.api_url), timeout=config.request_seconds
        )
        self._clock = clock
        self._silent_until: datetime | None = None
        self._unanswered = 0
        self._rest_until: datetime | None = None
        # Set once Telegram does not know the token (any more): nothing will be heard again.
        self.refused = asyncio.Event()

    def is_away(self) -> bool:
        """Tell whether the Bot API is out of reach, for all calls and not for one."""
        return self._unanswered >= _AWAY_AFTER or self.refused.is_set()

    def rest_until(self) -> datetime | None:
        """Return until when nothing is to be begun, or None if it may be.

        Whatever is begun while Telegram is silent or away would only fail.
        """
        now = self._clock.now()
        if self.refused.is_set():
            # Whatever waits is due as soon as there is another token.
            return now
        ends = [end for end in (self.silent_until(), self._rest_until) if end and end > now]
        return max(ends, default=None)

    def silent_until(self) -> datetime | None:
        """Return the end of the pause that Telegram asked for, or None if there is none."""
        if self._silent_until and self._silent_until <= self._clock.now():
            self._silent_until = None
        return self._silent_until

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the library's own parameter
    ) -> TelegramType:
        self._keep_silent(method)
        failure: TelegramAPIError
        try:
            result = await super().make_request(bot, method, timeout)
            self._answered()
            return result
        except TelegramRetryAfter as error:
            self._pause(error.retry_after)
            raise
        except TelegramNetworkError as error:
            failure = TelegramNetworkError(method, redacted(error.message, bot.token))
        except ClientDecodeError as error:
            # A proxy's page where the Bot API's answer should be: theirs to repair, ours to retry.
            failure = TelegramServerError(method, f"unreadable answer: {error.message}")
        except TelegramAPIError as error:
            self._answered()
            if _is_about_token(error, method):
                self.refused.set()
            raise
        self._went_unanswered()
        # Raised here, not above, so that no cause with an address in it travels along.
        raise failure

    def _answered(self) -> None:
        self._unanswered, self._rest_until = 0, None

    def _went_unanswered(self) -> None:
        self._unanswered += 1
        if self._unanswered >= _AWAY_AFTER:
            doublings = min(self._unanswered - _AWAY_AFTER, 5)
            rest = min(timedelta(seconds=2**doublings), _LONGEST_REST)
            self._rest_until = self._clock.now() + rest

    def _keep_silent(self, method: TelegramMethod[TelegramType]) -> None:
        if until := self.silent_until():
            seconds = ceil((until - self._clock.now()).total_seconds())
            raise TelegramRetryAfter(method, "we were asked to pause", seconds)

    def _pause(self, seconds: int) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        if self._silent_until is None or self._silent_until < until:
            self._silent_until = until


def _is_about_token(error: TelegramAPIError, method: TelegramMethod[Any]) -> bool:
    """Tell whether an answer means that there is no such bot; other methods may be unknown."""
    unknown = isinstance(error, TelegramNotFound) and method.__api_method__ == "getMe"
    return unknown or isinstance(error, TelegramUnauthorizedError)


def connect(token: str, config: BotConfig, clock: Clock) -> tuple[Bot, Session]:
    """Return the bot and its session; close the session when done."""
    keep_out_of_logs(token)
    session = Session(config, clock)
    return Bot(token, session=session), session
