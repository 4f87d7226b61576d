"""The page that asks who is there."""

from collections.abc import Mapping

from aiohttp import hdrs, web

from admin.auth.cookies import SESSION
from admin.auth.forms import typed_in
from admin.pages.layout import page
from admin.pages.places import HOME, SIGN_IN, local
from admin.pages.words import sentence_for
from domain.access.sign_in import programs_to_choose
from domain.errors import Refusal
from web.bots import BOTS
from web.keys import CONFIG


async def sign_in_page(
    request: web.Request, *, refusal: Refusal | None = None, status: int = 200
) -> web.Response:
    """Ask who is there, say why it asks again, and remember where they wanted to go.

    What was typed stands in the form again, the password excepted.
    """
    typed = await _typed(request)
    # Somebody who was never signed in needs no reason to sign in.
    again = refusal is not None and (
        refusal.code != "sign_in_required" or SESSION in request.cookies
    )
    return page(
        request,
        "sign_in.html",
        status=status,
        sentence=sentence_for(request, refusal) if refusal and again else None,
        login=typed.get("login", ""),
        program_slug=typed.get("program", ""),
        wanted=local(typed.get("next", "")) or HOME,
        choose_program=await programs_to_choose(),
        offers_telegram=await _offers_telegram(request),
        leads_to=request.config_dict[CONFIG].login_issuer,
    )


async def second_step_page(
    request: web.Request, *, refusal: Refusal | None = None, status: int = 200
) -> web.Response:
    """Ask for the code that makes the first step count."""
    typed = await typed_in(request) if request.method == hdrs.METH_POST else request.query
    return page(
        request,
        "second_step.html",
        status=status,
        sentence=sentence_for(request, refusal) if refusal else None,
        wanted=local(typed.get("next", "")) or "",
    )


async def _offers_telegram(request: web.Request) -> bool:
    bots = await request.config_dict[BOTS].by_slug()
    return any(bot.login_secret and bot.bot_id for bot in bots.values())


async def _typed(request: web.Request) -> Mapping[str, str]:
    if request.method == hdrs.METH_POST:
        return await typed_in(request)
    return request.query if request.path == SIGN_IN else {"next": request.path_qs}
