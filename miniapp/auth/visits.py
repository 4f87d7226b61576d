"""A visit: one request to a program, by nobody in particular or by a customer who is signed in."""

import re
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from functools import wraps
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from pydantic import BaseModel

from domain import programs
from domain.access.sessions import Session, SignInRequired, session_of
from domain.customers.enrolment import by_id
from domain.customers.models import Customer
from domain.errors import NotFound, Refusal
from domain.ledger.requests import RequestKey, Verdict, request_key
from domain.programs import Program
from web.answers import verdict_answer
from web.bodies import Body, request_key_of
from web.errors import Handler
from web.gates import GATES
from web.keys import CLOCK, LOCALE
from web.limits import CUSTOMER_LIMIT

# A program's settings may be this many seconds old in a process.
_FRESH_SECONDS: Final = 2.0
CHANNEL: Final = "mini_app"
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_Known = dict[str, tuple[float, Program]]
PROGRAMS: web.AppKey[_Known] = web.AppKey("PROGRAMS", dict)


class Visit:
    """Who asks what of which program, and when."""

    def __init__(
        self,
        request: web.Request,
        program: Program,
        session: Session,
        customer: Customer | None = None,
    ) -> None:
        self.request = request
        self.program = program
        self.session = session
        self.now = now_of(request)
        self._customer = customer
        self._zone: ZoneInfo | None = None

    @property
    def customer_id(self) -> UUID:
        """The customer who is signed in."""
        return self.session.customer_id

    @property
    def item_id(self) -> UUID:
        """The id in the address; raises NotFound for what is no id."""
        text = self.request.match_info["id"]
        if not _ID.fullmatch(text):
            raise NotFound
        return UUID(text)

    async def customer(self) -> Customer:
        """Load the customer, once; from then on the request is answered in their language."""
        if self._customer is None:
            self._customer = await by_id(self.customer_id)
            self.request[LOCALE] = self._customer.locale
        return self._customer

    async def zone(self) -> ZoneInfo:
        """Return the zone in which the program counts dates now."""
        if self._zone is None:
            self._zone = ZoneInfo(await programs.zone_of(self.program.id, self.now))
        return self._zone

    async def answered(self, verdict: Verdict, shape: type[BaseModel]) -> web.Response:
        """Answer what was decided; a refusal speaks the customer's language."""
        if verdict.is_refusal:
            await self.customer()
        return verdict_answer(self.request, verdict, shape)

    def request_key(self, body: Body | None = None) -> RequestKey:
        """Return the key of this call, made of what the caller chose and of what is asked."""
        place = self.request.path.removeprefix(f"/p/{self.program.slug}/")
        route = f"{self.request.method} {place}"
        asked = body.model_dump() if body else None
        return request_key(
            f"customer:{self.customer_id}", request_key_of(self.request), route, asked
        )


def now_of(request: web.Request) -> datetime:
    """Return the instant at which a request is answered."""
    return request.app[CLOCK].now()


async def program_of(request: web.Request) -> Program:
    """Return the program in the address; raises NotFound."""
    slug = request.match_info["program"]
    if not _SLUG.fullmatch(slug):
        raise NotFound
    known = request.app[PROGRAMS]
    loaded_at, program = known.get(slug, (float("-inf"), None))
    if program is None or time.monotonic() - loaded_at > _FRESH_SECONDS:
        program = await programs.by_slug(slug)
        known[slug] = (time.monotonic(), program)
    return program


def proof_of(request: web.Request) -> tuple[str, str]:
    """Return scheme and secret of the one Authorization header; raises SignInRequired."""
    given = request.headers.getall("Authorization", [])
    scheme, _, secret = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if not secret:
        raise SignInRequired
    return scheme.lower(), secret.strip()


async def visit_of(request: web.Request) -> Visit:
    """Return the visit of the customer whose session the request carries.

    Raises SignInRequired, and TooManyRequests for one who calls too often.
    """
    program = await program_of(request)
    scheme, token = proof_of(request)
    if scheme != "bearer":
        raise SignInRequired
    visit = Visit(request, program, await session_of(program.id, token, now=now_of(request)))
    request.app[CUSTOMER_LIMIT].take(str(visit.customer_id), visit.now)
    return visit


def signed_in(view: Callable[[Visit], Awaitable[web.StreamResponse]]) -> Handler:
    """Let a view be called by customers only; its refusals speak their language."""

    @wraps(view)
    async def handler(request: web.Request) -> web.StreamResponse:
        visit = await visit_of(request)
        try:
            async with _gate(visit):
                return await view(visit)
        except Refusal:
            await visit.customer()
            raise

    return handler


def _gate(visit: Visit) -> AbstractAsyncContextManager[None]:
    """Return what a call passes through: writes of one customer queue, reads do not."""
    if visit.request.method in (hdrs.METH_GET, hdrs.METH_HEAD):
        return nullcontext()
    return visit.request.app[GATES].passing(str(visit.customer_id))
