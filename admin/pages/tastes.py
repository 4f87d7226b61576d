"""What a person chose for themselves: language, theme, password."""

from typing import Literal

from aiohttp import hdrs, web

from admin.auth import cookies
from admin.auth.people import signed_in
from admin.pages.layout import page
from admin.pages.places import HOME, local
from domain.access import staff
from domain.access.passwords import LENGTH_MIN
from web.bodies import Body, read_form
from web.keys import CLOCK


class TasteForm(Body):
    """What the person's menu posts."""

    csrf: str = ""
    next: str = ""
    language: Literal["vi", "en"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None


class NewPasswordForm(Body):
    """What the password page posts."""

    csrf: str = ""
    current: str | None = None
    password: str


async def choose(request: web.Request) -> web.StreamResponse:
    """Keep a language or a theme, and go back to the page that it was chosen on."""
    member, _ = signed_in(request)
    form = await read_form(request, TasteForm)
    response = web.Response(status=303, headers={hdrs.LOCATION: local(form.next) or HOME})
    if form.language:
        await staff.set_locale(member, form.language)
        cookies.keep_taste(response, cookies.LANGUAGE, form.language)
    if form.theme:
        cookies.keep_taste(response, cookies.THEME, form.theme)
    return response


async def show_password(request: web.Request) -> web.StreamResponse:
    """Show the form for a new password."""
    member, _ = signed_in(request)
    saved = "saved" in request.query
    has_one = member.password_hash is not None
    return page(request, "password.html", saved=saved, has_one=has_one, least=LENGTH_MIN)


async def change_password(request: web.Request) -> web.StreamResponse:
    """Let the person sign in by another password from now on."""
    member, session = signed_in(request)
    form = await read_form(request, NewPasswordForm)
    now = request.config_dict[CLOCK].now()
    await staff.change_password(
        member, form.password, current=form.current, session=session.token_hash, now=now
    )
    return web.Response(status=303, headers={hdrs.LOCATION: f"{request.path}?saved=1"})
