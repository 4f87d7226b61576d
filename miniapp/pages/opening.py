"""Opening the app: signing in and the first screen in one request, then joining."""

from aiohttp import web

from domain.earning.registration import register
from miniapp.auth.places import place_of
from miniapp.auth.sign_in import Start, sign_in
from miniapp.auth.visits import CHANNEL, Visit, program_of, proof_of, signed_in, visit_of
from miniapp.pages.filling.home import first_screen, home_screen, welcome_screen
from miniapp.pages.screens import HomeScreen
from miniapp.pages.views import page, shown
from web.answers import refused_verdict
from web.bodies import Body, Digits, read_form, read_json, read_query


class Acceptance(Body):
    """The terms that the customer read and accepts."""

    terms_version: Digits


class Welcome(Body):
    """Whether the customer has just said "not now"."""

    declined: Digits = "0"


async def start(request: web.Request) -> web.StreamResponse:
    """Sign in by any proof and answer the first screen; a session's own token slides on."""
    asked = await read_json(request, Start)
    scheme, token = proof_of(request)
    if scheme == "bearer":
        visit, arrival, wish = await visit_of(request), None, asked.start_param
    else:
        program = await program_of(request)
        signed = await sign_in(request, program, asked)
        arrival, token, wish = signed.arrival, signed.opened.token, signed.start_param
        visit = Visit(request, program, signed.opened.session, arrival.customer)
    screen = await first_screen(visit, arrival)
    response = await shown(visit, screen)
    if isinstance(screen, HomeScreen) and (place := await place_of(visit, wish)):
        response.headers["X-Screen"] = place
    response.headers["X-Session-Token"] = token
    response.headers["X-Session-Expires"] = visit.session.expires_at.isoformat()
    return response


@page
async def home(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await first_screen(visit))


@page
async def welcome(visit: Visit) -> web.StreamResponse:
    asked = read_query(visit.request, Welcome)
    return await shown(visit, await welcome_screen(visit, declined=asked.declined == "1"))


@signed_in
async def join(visit: Visit) -> web.StreamResponse:
    asked = await read_form(visit.request, Acceptance)
    verdict = await register(
        visit.program,
        visit.customer_id,
        terms_version=int(asked.terms_version),
        channel=CHANNEL,
        now=visit.now,
        request=visit.request_key(asked),
    )
    await visit.customer()
    if verdict.is_refusal:
        return refused_verdict(visit.request, verdict)
    return await shown(visit, await home_screen(visit, gained=verdict.facts["points"]))
