"""How a page's view is called: a browser gets the shell, the shell gets fragments."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Literal

from aiohttp import web

from domain.errors import NotFound
from miniapp.auth.visits import Visit, program_of, signed_in
from miniapp.pages.filling.account import balance_of
from miniapp.pages.filling.faces import face_of
from miniapp.pages.render import answer, shell_answer
from miniapp.pages.screens import AnyScreen, GoneScreen
from web.errors import Handler, locale_of

View = Callable[[Visit], Awaitable[web.StreamResponse]]


async def shown(
    visit: Visit, screen: AnyScreen, *, part: str = "whole", status: int = 200
) -> web.Response:
    """Answer a screen in the customer's language."""
    locale = (await visit.customer()).locale
    face = await face_of(visit.request, visit.program)
    return answer(screen, face, locale, part=part, status=status)


def page(view: View) -> Handler:
    """Answer the shell to whoever navigates here, and the view's fragment to the shell."""
    fragment = signed_in(view)

    @wraps(view)
    async def handler(request: web.Request) -> web.StreamResponse:
        if "Authorization" in request.headers:
            return await fragment(request)
        face = await face_of(request, await program_of(request))
        return shell_answer(face, locale_of(request))

    return handler


def or_gone(kind: Literal["article", "product", "entry"]) -> Callable[[View], View]:
    """Answer the screen for what is no longer there when a view does not find its item."""

    def decorate(view: View) -> View:
        @wraps(view)
        async def viewed(visit: Visit) -> web.StreamResponse:
            try:
                return await view(visit)
            except NotFound:
                screen = GoneScreen(balance=await balance_of(visit), kind=kind)
                return await shown(visit, screen, status=404)

        return viewed

    return decorate
