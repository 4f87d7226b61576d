"""Telegram's Bot API for calls that a request waits for. The token stands in no error and no log."""

import json
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from aiohttp import web

from domain.bots import BotApiRefused, BotApiUnreachable, BotTokenRefused, id_in
from web.bots import App
from web.keys import CONFIG

__all__ = ["BotApiRefused", "BotApiUnreachable", "BotTokenRefused", "call", "setup"]

_SECONDS: Final = 8
_BROKEN: Final = 500
# Of a token that does not exist, or not any more. An address without a Bot API says so otherwise.
_TOKEN_UNKNOWN: Final = {401, 404}


class _Line:
    """The connections of this process to the Bot API, opened when the first call is made."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            patience = aiohttp.ClientTimeout(total=_SECONDS)
            self._session = aiohttp.ClientSession(timeout=patience, raise_for_status=False)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


LINE = web.AppKey("BOT_API_LINE", _Line)


def setup(app: web.Application) -> None:
    """Let an application call the Bot API; its connections end with it."""
    line = _Line()
    app[LINE] = line

    async def close(_app: web.Application) -> None:
        await line.close()

    app.on_cleanup.append(close)


async def call(app: App, token: str, method: str, **params: object) -> Any:
    """Call a method of the Bot API and return its result; parameters that are None are left out.

    Raises InvalidInput for what is no token, BotTokenRefused, BotApiRefused, and
    BotApiUnreachable after eight seconds at most.
    """
    # What somebody typed becomes part of an address only if it is a token.
    id_in(token)
    url = f"{app[CONFIG].telegram_api_url}/bot{token}/{method}"
    status, said = await _asked(app[LINE].session(), url, _encoded(params))
    if said.get("ok") is True:
        return said.get("result")
    if status in _TOKEN_UNKNOWN:
        raise BotTokenRefused
    description = str(said.get("description", status))
    raise BotApiRefused(description=description.replace(token.partition(":")[2], "[token]"))


async def _asked(
    session: aiohttp.ClientSession, url: str, form: Mapping[str, str]
) -> tuple[int, dict[str, Any]]:
    try:
        async with session.post(url, data=form, allow_redirects=False) as answer:
            status, said = answer.status, json.loads(await answer.read())
    except (aiohttp.ClientError, OSError, ValueError, RecursionError):
        status, said = 0, None
    # Raised here, not above, so that no cause with an address in it travels along. A proxy's
    # page where the Bot API's answer should be is no answer of the Bot API.
    if not isinstance(said, dict) or "ok" not in said or status >= _BROKEN:
        raise BotApiUnreachable
    return status, said


def _encoded(params: Mapping[str, object]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in params.items()
        if value is not None
    }
