"""When Telegram may be away: nobody is tried before a call that concerns nobody is answered."""

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError


class Outage:
    """None at first. How long to rest meanwhile is the session's to say."""

    def __init__(self) -> None:
        self._is_feared = False

    def fear(self) -> None:
        """Something went wrong that may concern everybody."""
        self._is_feared = True

    async def is_over(self, bot: Bot) -> bool:
        """Tell whether Telegram answers."""
        if self._is_feared:
            try:
                await bot.get_me()
            except TelegramAPIError:
                return False
            self._is_feared = False
        return True
