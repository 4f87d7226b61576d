"""Friends who came, and points that came and went."""

from aiohttp import web

from miniapp.auth.visits import Visit
from miniapp.pages.filling.entries import entry_screen
from miniapp.pages.filling.friends import invite_screen
from miniapp.pages.filling.history import Lines, history_screen
from miniapp.pages.views import or_gone, page, shown
from web.bodies import read_query


@page
async def invite(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await invite_screen(visit))


@page
async def history(visit: Visit) -> web.StreamResponse:
    asked = read_query(visit.request, Lines)
    part = "more" if visit.request.headers.get("HX-Target") == "more" else "whole"
    return await shown(visit, await history_screen(visit, asked), part=part)


@page
@or_gone("entry")
async def entry(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await entry_screen(visit, visit.item_id))
