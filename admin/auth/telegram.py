"""The door for who signs in with Telegram: to the issuer, and back to the program's own door."""

from typing import Final

from aiohttp import hdrs, web

from admin.auth.doors import Line, visitor, welcome
from admin.auth.people import now_of
from admin.pages.places import SIGN_IN_TELEGRAM, TELEGRAM_LINK
from domain.access import sign_in
from domain.errors import Refusal
from domain.programs import Program, by_slug
from web import openid
from web.bodies import Body, read_form
from web.bots import bot_for
from web.keys import CONFIG

PURPOSE: Final = "staff-sign-in"
LINK_PURPOSE: Final = "staff-link:"


class TelegramLoginOff(Refusal):
    """This program does not offer signing in with Telegram. Sign in another way."""

    code = "telegram_login_off"


class TelegramForm(Body):
    """The sign-in form, sent by its other button: what is typed beside it does not matter."""

    program: Line = ""
    next: Line = ""
    login: Line = ""
    password: Line = ""


async def leave(request: web.Request) -> web.StreamResponse:
    """Lead somebody to Telegram."""
    form = await read_form(request, TelegramForm)
    program = await sign_in.program_meant(form.program or None)
    if program is None:
        raise TelegramLoginOff
    return await openid.begin(
        request,
        await provider_of(request, program),
        purpose=PURPOSE,
        redirect_uri=way_back(request, program),
        next=form.next,
    )


async def come_back(request: web.Request) -> web.StreamResponse:
    """Let in whom Telegram vouches for; who only links their account is led on to where they do."""
    if (openid.purpose_of(request) or "").startswith(LINK_PURPOSE):
        place = f"{TELEGRAM_LINK}/back?{request.query_string}"
        return web.Response(status=303, headers={hdrs.LOCATION: place})
    program = await by_slug(request.match_info["program"])
    now = now_of(request)
    login = await openid.finish(
        request,
        await provider_of(request, program),
        purpose=PURPOSE,
        redirect_uri=way_back(request, program),
        now=now,
    )
    entry = await sign_in.by_telegram(program, login.user_id, visitor=visitor(request), now=now)
    response = await welcome(request, entry, login.next)
    openid.drop(response)
    return response


async def provider_of(request: web.Request, program: Program) -> openid.Provider:
    """Return who vouches for a program's people; raises TelegramLoginOff."""
    bot = await bot_for(request.config_dict, program)
    if bot is None or bot.bot_id is None or bot.login_secret is None:
        raise TelegramLoginOff
    return openid.Provider(
        issuer=request.config_dict[CONFIG].login_issuer,
        client_id=str(bot.bot_id),
        client_secret=bot.login_secret,
    )


def way_back(request: web.Request, program: Program) -> str:
    """Return the one address that BotFather must allow for a program's staff."""
    return f"{request.config_dict[CONFIG].public_url}{SIGN_IN_TELEGRAM}/{program.slug}"


ROUTES: Final = (
    web.post(SIGN_IN_TELEGRAM, leave),
    web.get(f"{SIGN_IN_TELEGRAM}/{{program}}", come_back),
)
