"""Earning: the list of ways, and claims made by a tap."""

from aiohttp import web

from domain.earning.claims import claim
from miniapp.api.shapes import Claim
from miniapp.auth.visits import CHANNEL, Visit, signed_in
from miniapp.pages.filling.account import balance_of, hero_of
from miniapp.pages.filling.earning import CHECK_IN, check_in_of, offers_of, ways_to_earn
from miniapp.pages.screens import ActionScreen, EarnScreen
from miniapp.pages.views import page, shown
from web.answers import refused_verdict
from web.bodies import read_form


@page
async def ways(visit: Visit) -> web.StreamResponse:
    known = await offers_of(visit)
    items = await ways_to_earn(visit, known)
    return await shown(visit, EarnScreen(balance=await balance_of(visit), items=items))


@signed_in
async def act(visit: Visit) -> web.StreamResponse:
    asked = await read_form(visit.request, Claim)
    action = visit.request.match_info["action"]
    verdict = await claim(
        visit.program,
        visit.customer_id,
        action,
        evidence=asked.evidence,
        channel=CHANNEL,
        now=visit.now,
        request=visit.request_key(asked),
    )
    await visit.customer()
    if verdict.is_refusal:
        return refused_verdict(visit.request, verdict)
    strip = await check_in_of(visit, await offers_of(visit)) if action == CHECK_IN else None
    hero = await hero_of(visit)
    points = verdict.facts["points"]
    return await shown(visit, ActionScreen(action=action, points=points, hero=hero, check_in=strip))
