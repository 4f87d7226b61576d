"""The connection to the Bot API.

It obeys the pauses that Telegram asks for, and keeps the token out of every error it raises.
"""

from datetime import datetime, timedelta
from math import ceil

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.telegram.config import BotConfig
from bot.telegram.secrecy import keep_out_of_logs, redacted
from domain.clock import Clock


class Session(AiohttpSession):
    """The HTTP session of one bot. A 429 silences all its calls until the pause is over."""

    def __init__(self, config: BotConfig, clock: Clock) -> None:
        super().__init__(
            api=TelegramAPIServer.from_base(config.api_url), timeout=config.request_seconds
        )
        self._clock = clock
        self._silent_until: datetime | None = None

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
            return await super().make_request(bot, method, timeout)
        except TelegramRetryAfter as error:
            self._pause(error.retry_after)
            raise
        except TelegramNetworkError as error:
            failure = TelegramNetworkError(method, redacted(error.message, bot.token))
        except ClientDecodeError as error:
            # A proxy's page where the Bot API's answer should be: theirs to repair, ours to retry.
            failure = TelegramServerError(method, f"unreadable answer: {error.message}")
        # Raised here, not above, so that no cause with an address in it travels along.
        raise failure

    def _keep_silent(self, method: TelegramMethod[TelegramType]) -> None:
        if until := self.silent_until():
            seconds = ceil((until - self._clock.now()).total_seconds())
            raise TelegramRetryAfter(method, "we were asked to pause", seconds)

    def _pause(self, seconds: int) -> None:
        until = self._clock.now() + timedelta(seconds=seconds)
        if self._silent_until is None or self._silent_until < until:
            self._silent_until = until


def connect(token: str, config: BotConfig, clock: Clock) -> tuple[Bot, Session]:
    """Return the bot and its session; close the session when done."""
    keep_out_of_logs(token)
    session = Session(config, clock)
    return Bot(token, session=session), session
