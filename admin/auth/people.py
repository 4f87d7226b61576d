"""Who asks: a member of the staff by a cookie, a service account by a token, or nobody."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Final

from aiohttp import hdrs, web

from admin.auth import cookies
from admin.pages.places import API
from domain.access import roles, staff_sessions, tokens
from domain.access.models import Staff
from domain.access.sessions import SignInRequired
from domain.access.staff import owners, program_of
from domain.programs import Program
from locales import LOCALES, accepted
from web.errors import Handler
from web.keys import CLOCK, LOCALE

_BEARER: Final = "Bearer "
View = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is let in; `session` is None for a service account's token."""

    member: Staff
    program: Program
    session: staff_sessions.StaffSession | None = None
    # Who could allow what this person may not do.
    askable: tuple[str, ...] = ()


PERSON = web.RequestKey("PERSON", Person)


@web.middleware
async def know_person(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks before anything else is done, and in which language to answer."""
    try:
        person = await _person(request)
    except SignInRequired:
        # A page still says in the right words that one must sign in.
        person = None
    if person:
        request[PERSON] = person
    request[LOCALE] = _language(request, person)
    return await handler(request)


def allowed(permission: roles.Permission) -> Callable[[View], View]:
    """Let only those in whose role allows it; others get SignInRequired or Forbidden."""

    def guard(view: View) -> View:
        @wraps(view)
        async def guarded(request: web.Request) -> web.StreamResponse:
            roles.require(person_of(request).member, permission)
            return await view(request)

        return guarded

    return guard


def person_of(request: web.Request) -> Person:
    """Return who asks; raises SignInRequired if it is nobody."""
    person: Person | None = request.get(PERSON)
    if person is None:
        raise SignInRequired
    return person


def signed_in(request: web.Request) -> tuple[Staff, staff_sessions.StaffSession]:
    """Return who sits here and their session: a token of a service account is nobody's desk."""
    person = person_of(request)
    if person.session is None:
        raise SignInRequired
    return person.member, person.session


def now_of(request: web.Request) -> datetime:
    """Return the instant of this request."""
    return request.config_dict[CLOCK].now()


async def _person(request: web.Request) -> Person | None:
    now = request.config_dict[CLOCK].now()
    if given := request.headers.get(hdrs.AUTHORIZATION):
        # Whoever sends a token means the token: a cookie beside it says nothing. A page is for
        # people, and shows whose it is.
        if not request.path.startswith(API):
            return None
        member = await tokens.bearer_of(given.removeprefix(_BEARER), now=now)
        return Person(member=member, program=await program_of(member))
    if token := request.cookies.get(cookies.SESSION):
        session = await staff_sessions.session_of(token, now=now)
        program = await program_of(session.member)
        is_owner = session.member.role == "owner"
        askable = () if is_owner else tuple(await owners(program.id))
        return Person(member=session.member, program=program, session=session, askable=askable)
    return None


def _language(request: web.Request, person: Person | None) -> str:
    if person and person.session:
        return person.member.locale
    chosen = request.cookies.get(cookies.LANGUAGE)
    if chosen in LOCALES:
        return chosen
    return accepted(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
