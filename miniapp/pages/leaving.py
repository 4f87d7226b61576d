"""Leaving the program: a word is typed, and a farewell leaves the way back open."""

from typing import Annotated

from aiohttp import web
from pydantic import StringConstraints

from domain.errors import Refusal
from domain.membership.leaving import leave
from locales import translator
from miniapp.auth.visits import CHANNEL, Visit, signed_in
from miniapp.pages.filling.profile import is_meant, leave_screen, leaving_word
from miniapp.pages.screens import FarewellScreen
from miniapp.pages.views import page, shown
from web.answers import refused_verdict
from web.bodies import Body, read_form


class Departure(Body):
    """The word that says it is meant."""

    word: Annotated[str, StringConstraints(max_length=40)]


class NotConfirmed(Refusal):
    """Nothing was changed. To leave, type %(word)s."""

    code = "not_confirmed"


@page
async def offer(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await leave_screen(visit))


@signed_in
async def depart(visit: Visit) -> web.StreamResponse:
    asked = await read_form(visit.request, Departure)
    customer = await visit.customer()
    spoken = translator(customer.locale)
    if not is_meant(asked.word, spoken):
        raise NotConfirmed(word=leaving_word(spoken))
    verdict = await leave(
        visit.program,
        visit.customer_id,
        channel=CHANNEL,
        now=visit.now,
        request=visit.request_key(),
    )
    if verdict.is_refusal:
        return refused_verdict(visit.request, verdict)
    screen = FarewellScreen(name=customer.name, gone=-verdict.facts["points"])
    response = await shown(visit, screen)
    response.headers["X-Screen"] = "/leave"
    return response
