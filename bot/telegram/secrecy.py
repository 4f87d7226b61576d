"""The bot's token stands in the address of every call; it must not stand anywhere else."""

import logging
from typing import Final

# Who could ever come to log an address that we call.
_LOGGERS: Final = (
    "aiogram",
    "aiogram.dispatcher",
    "aiogram.event",
    "aiogram.middlewares",
    "aiohttp.client",
    "aiohttp.internal",
    "asyncio",
    "bot.telegram",
)


def redacted(text: str, token: str) -> str:
    """Return the text without the token's secret part."""
    return text.replace(token.partition(":")[2], "[token]")


def keep_out_of_logs(token: str) -> None:
    """Let no record of the loggers that know our calls leave with the token in it."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(f, _Redaction) and f.token == token for f in logger.filters):
            logger.addFilter(_Redaction(token))


class _Redaction(logging.Filter):
    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(record.getMessage(), self.token), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text, self.token)
        return True
