"""Linking a person's Telegram account, by signing in there once."""

from typing import Final

from aiohttp import web

from admin.auth.people import now_of, person_of, signed_in
from admin.auth.telegram import LINK_PURPOSE, provider_of, way_back
from admin.pages.forms import typed
from admin.pages.places import TELEGRAM_LINK
from admin.pages.security import PressedForm, back
from domain.access import telegram
from web import openid


async def leave(request: web.Request) -> web.StreamResponse:
    """Lead the person to Telegram, to prove which account is theirs."""
    member, _ = signed_in(request)
    await typed(request, PressedForm)
    program = person_of(request).program
    return await openid.begin(
        request,
        await provider_of(request, program),
        purpose=f"{LINK_PURPOSE}{member.id}",
        redirect_uri=way_back(request, program),
    )


async def come_back(request: web.Request) -> web.StreamResponse:
    """Let the person sign in with that account from now on."""
    member, _ = signed_in(request)
    program = person_of(request).program
    login = await openid.finish(
        request,
        await provider_of(request, program),
        purpose=f"{LINK_PURPOSE}{member.id}",
        redirect_uri=way_back(request, program),
        now=now_of(request),
    )
    name = f"@{login.username}" if login.username else login.name
    await telegram.link(member, login.user_id, name, now=now_of(request))
    response = back("linked")
    openid.drop(response)
    return response


async def unlink(request: web.Request) -> web.StreamResponse:
    """Let nobody in with that account any more."""
    member, _ = signed_in(request)
    await typed(request, PressedForm)
    await telegram.unlink(member, now=now_of(request))
    return back("unlinked")


ROUTES: Final = (
    web.post(TELEGRAM_LINK, leave),
    web.get(f"{TELEGRAM_LINK}/back", come_back),
    web.post(f"{TELEGRAM_LINK}/unlink", unlink),
)
