"""Help, terms and privacy."""

from aiohttp import web

from miniapp.auth.visits import Visit
from miniapp.pages.filling.papers import help_screen, privacy_screen, terms_screen
from miniapp.pages.views import page, shown


@page
async def guide(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await help_screen(visit))


@page
async def terms(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await terms_screen(visit))


@page
async def privacy(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await privacy_screen(visit))
