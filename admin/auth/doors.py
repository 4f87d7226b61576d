"""The doors: signing in by link and by password, and signing out."""

from typing import Annotated
from urllib.parse import urlencode

from aiohttp import hdrs, web
from pydantic import StringConstraints

from admin.auth import cookies
from admin.auth.people import PERSON, now_of, person_of
from admin.pages.places import HOME, SECURITY, SIGN_IN, SIGN_IN_CODE, local
from admin.pages.sign_in import sign_in_page
from domain.access import sign_in, staff_sessions
from domain.access.sign_in import Entry, Visitor
from locales import LOCALES
from web.bodies import Body, read_form
from web.keys import LOCALE
from web.limits import client_address, count_sign_in

Line = Annotated[str, StringConstraints(max_length=1024)]


class LinkForm(Body):
    """What the sign-in page posts of a link."""

    token: Line
    next: Line = ""


class PasswordForm(Body):
    """What the sign-in page posts of a person."""

    login: Line
    password: Line
    program: Line = ""
    next: Line = ""


async def show(request: web.Request) -> web.StreamResponse:
    """Show the sign-in page; a fragment of its address is a link's token, posted by the page."""
    wanted = request.query.get("language", "")
    if wanted not in LOCALES:
        return await sign_in_page(request)
    request[LOCALE] = wanted
    response = await sign_in_page(request)
    cookies.keep_taste(response, cookies.LANGUAGE, wanted)
    return response


async def by_link(request: web.Request) -> web.StreamResponse:
    """Let somebody in by a one-time link."""
    await count_sign_in(request)
    form = await read_form(request, LinkForm)
    entry = await sign_in.by_link(form.token, visitor=visitor(request), now=now_of(request))
    return await welcome(request, entry, form.next)


async def by_password(request: web.Request) -> web.StreamResponse:
    """Let somebody in by login and password."""
    await count_sign_in(request)
    form = await read_form(request, PasswordForm)
    entry = await sign_in.by_password(
        form.login,
        form.password,
        program=form.program or None,
        visitor=visitor(request),
        now=now_of(request),
    )
    return await welcome(request, entry, form.next)


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End the session at once."""
    person = person_of(request)
    if person.session:
        token = request.cookies[cookies.SESSION]
        await sign_in.sign_out(person.session, token, now=now_of(request))
    response = web.Response(status=303, headers={hdrs.LOCATION: SIGN_IN})
    cookies.drop_session(response)
    return response


async def welcome(request: web.Request, entry: Entry, wanted: str) -> web.StreamResponse:
    """Start the new session, or ask for the code; whoever was signed in here no longer is."""
    if (before := request.get(PERSON)) and before.session:
        await staff_sessions.end(request.cookies[cookies.SESSION], now=now_of(request))
    response = web.Response(status=303, headers={hdrs.LOCATION: _leading(entry, local(wanted))})
    if entry.needs_code:
        cookies.drop_session(response)
        cookies.keep_half_in(response, entry.token)
    else:
        cookies.keep_session(response, entry.token)
    return response


def visitor(request: web.Request) -> Visitor:
    """Return who stands at the door."""
    browser = request.headers.get(hdrs.USER_AGENT)
    return Visitor(address=client_address(request), browser=browser)


def _leading(entry: Entry, wanted: str | None) -> str:
    if entry.needs_code:
        return f"{SIGN_IN_CODE}?{urlencode({'next': wanted})}" if wanted else SIGN_IN_CODE
    # Whoever comes for the first time chooses how to come the next time.
    return f"{SECURITY}?welcome=1" if entry.way == "invitation" else wanted or HOME
