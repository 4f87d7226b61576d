"""Where Telegram delivers: check the secret, keep the update, answer 200. Nothing else."""

import asyncio
import hmac
from typing import Final

from aiohttp import web

from bot.telegram.intake import MalformedUpdate, keep, read
from domain.bots import Bot
from web.bodies import MalformedBody, TooLarge, TooSlow
from web.bots import bot_at
from web.keys import CLOCK

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not a secret
BODY_MAX: Final = 1024 * 1024
_SLOW_SECONDS: Final = 15


def setup(app: web.Application) -> None:
    """Mount `POST /p/{program}/telegram`, before anything that answers under `/p/{program}/`."""
    app.router.add_post("/p/{program}/telegram", _receive)


async def _receive(request: web.Request) -> web.Response:
    bot = await bot_at(request.config_dict, request.match_info["program"])
    if bot is None or not _is_telegram(request, bot):
        return web.Response(status=401)
    payload = await _body(request)
    try:
        incoming = read(payload)
    except MalformedUpdate:
        raise MalformedBody from None
    if incoming:
        await keep(bot.program_id, incoming, now=request.config_dict[CLOCK].now())
    return web.Response()


def _is_telegram(request: web.Request, bot: Bot) -> bool:
    """Tell whether the caller knows the bot's secret; without a secret nobody is let in."""
    secret = bot.webhook_secret or ""
    # Bytes, because a comparison of texts raises when a stranger sends more than ASCII.
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, secret.encode()) and secret != ""


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(_SLOW_SECONDS):
            payload = await request.read()
    except TimeoutError:
        raise TooSlow from None
    except web.RequestPayloadError:
        raise MalformedBody from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge from None
    if len(payload) > BODY_MAX:
        raise TooLarge
    return payload
