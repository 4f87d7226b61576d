"""Where Telegram delivers: check the secret, keep the update, answer 200. Nothing else."""

import asyncio
import hmac
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.telegram.intake import MalformedUpdate, keep, read
from domain import programs
from web.bodies import MalformedBody, TooLarge, TooSlow
from web.keys import CLOCK

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not a secret
BODY_MAX: Final = 1024 * 1024
_SLOW_SECONDS: Final = 15
_SECRETS = web.AppKey("TELEGRAM_SECRETS", dict[str, bytes])


def setup(app: web.Application, secrets: Mapping[str, str]) -> None:
    """Mount `POST /p/{program}/telegram`; `secrets` has each program's webhook secret by slug.

    Mount it before anything that answers under `/p/{program}/`. An empty secret would let
    everybody in and raises ValueError.
    """
    if not all(secrets.values()):
        raise ValueError("a Telegram webhook needs a secret")
    app[_SECRETS] = {slug: secret.encode() for slug, secret in secrets.items()}
    app.router.add_post("/p/{program}/telegram", _receive)


async def _receive(request: web.Request) -> web.Response:
    slug = request.match_info["program"]
    if not _is_telegram(request, slug):
        return web.Response(status=401)
    payload = await _body(request)
    try:
        incoming = read(payload)
    except MalformedUpdate:
        raise MalformedBody from None
    if incoming:
        program = await programs.by_slug(slug)
        await keep(program.id, incoming, now=request.config_dict[CLOCK].now())
    return web.Response()


def _is_telegram(request: web.Request, slug: str) -> bool:
    """Tell whether the caller knows the program's secret; a program without one has no caller."""
    secret = request.config_dict[_SECRETS].get(slug)
    # Bytes, because a comparison of texts raises when a stranger sends more than ASCII.
    given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, secret or b"") and secret is not None


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
