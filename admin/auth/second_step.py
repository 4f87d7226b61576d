"""The second step of signing in: a code from the person's own device."""

from typing import Final

from aiohttp import hdrs, web

from admin.auth import cookies
from admin.auth.doors import Line, visitor, welcome
from admin.auth.people import now_of
from admin.pages.places import SIGN_IN, SIGN_IN_CODE
from admin.pages.sign_in import second_step_page
from domain.access import sign_in
from web.bodies import Body, read_form
from web.limits import count_sign_in


class CodeForm(Body):
    """What the second step's page posts."""

    code: Line
    next: Line = ""


async def show(request: web.Request) -> web.StreamResponse:
    """Ask for the code, or for everything if the first step is too long ago."""
    step = request.cookies.get(cookies.HALF_IN, "")
    if not await sign_in.is_half_in(step, now=now_of(request)):
        return web.Response(status=303, headers={hdrs.LOCATION: SIGN_IN})
    return await second_step_page(request)


async def give(request: web.Request) -> web.StreamResponse:
    """Let somebody in altogether."""
    await count_sign_in(request)
    form = await read_form(request, CodeForm)
    step = request.cookies.get(cookies.HALF_IN, "")
    entry = await sign_in.by_code(step, form.code, visitor=visitor(request), now=now_of(request))
    response = await welcome(request, entry, form.next)
    cookies.drop_half_in(response)
    return response


ROUTES: Final = (web.get(SIGN_IN_CODE, show), web.post(SIGN_IN_CODE, give))
