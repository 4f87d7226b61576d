"""The way in for a browser outside the chat: a number to pick there, or Telegram's own page."""

from typing import Final

from aiohttp import web

from domain.access.links import make_link
from domain.customers.enrolment import Identity
from domain.earning.arrival import arrive
from domain.errors import NotFound
from domain.programs import Program
from miniapp.auth.codes import open_door
from miniapp.auth.visits import now_of, program_of
from miniapp.pages.filling.faces import face_of
from miniapp.pages.render import answer, bot_code
from miniapp.pages.screens import CodeScreen
from web.bots import bot_for
from web.errors import locale_of
from web.keys import CONFIG
from web.openid import Login, LoginRefused, Provider, begin, drop, finish

_CHANNEL: Final = "browser"
_MINUTE: Final = 60


async def show_bot_code(request: web.Request) -> web.StreamResponse:
    """Answer the picture of the code that opens the program's bot."""
    drawn = bot_code(await face_of(request, await program_of(request)))
    if drawn is None:
        raise NotFound
    return web.Response(text=drawn, content_type="image/svg+xml")


async def ask(request: web.Request) -> web.StreamResponse:
    """Answer the number to pick in the chat; the browser's secret is in a header of its own."""
    program = await program_of(request)
    door = await open_door(request, program)
    seconds = (door.asked.expires_at - now_of(request)).total_seconds()
    screen = CodeScreen(number=door.asked.number, link=door.link, minutes=round(seconds / _MINUTE))
    response = answer(screen, await face_of(request, program), locale_of(request))
    response.headers["X-Code-Token"] = door.token
    return response


async def leave_for_telegram(request: web.Request) -> web.StreamResponse:
    """Lead the browser to Telegram's own page."""
    program = await program_of(request)
    try:
        provider = await _provider(request, program)
        how = {"purpose": _purpose(program), "redirect_uri": _way_back(request, program)}
        return await begin(request, provider, **how)
    except LoginRefused:
        return _led(f"/p/{program.slug}/app#login=refused")


async def back_from_telegram(request: web.Request) -> web.StreamResponse:
    """Let in whom Telegram vouches for, by a link that works once and in this browser only."""
    program = await program_of(request)
    app = f"/p/{program.slug}/app"
    try:
        login = await finish(
            request,
            await _provider(request, program),
            purpose=_purpose(program),
            redirect_uri=_way_back(request, program),
            now=now_of(request),
        )
        place = f"{app}#signin={await _link(request, program, login)}"
    except LoginRefused:
        place = f"{app}#login=refused"
    response = _led(place)
    drop(response)
    return response


async def _link(request: web.Request, program: Program, login: Login) -> str:
    now = now_of(request)
    arrival = await arrive(
        program,
        Identity("telegram", login.user_id),
        name=login.name,
        locale=locale_of(request),
        start_param=None,
        channel=_CHANNEL,
        now=now,
    )
    return await make_link(program.id, "customer", arrival.customer.customer_id, now=now)


async def _provider(request: web.Request, program: Program) -> Provider:
    bot = await bot_for(request.app, program)
    if bot is None or bot.bot_id is None or bot.login_secret is None:
        raise LoginRefused
    return Provider(
        issuer=request.app[CONFIG].login_issuer,
        client_id=str(bot.bot_id),
        client_secret=bot.login_secret,
    )


def _led(place: str) -> web.Response:
    return web.Response(status=303, headers={"Location": place})


def _purpose(program: Program) -> str:
    return f"customer:{program.slug}"


def _way_back(request: web.Request, program: Program) -> str:
    return f"{request.app[CONFIG].public_url}/p/{program.slug}/app/sign-in/back"
