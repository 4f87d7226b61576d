"""Security: how a person signs in, and where they are signed in."""

import re
from typing import Final

from aiohttp import hdrs, web

from admin.auth.people import now_of, person_of, signed_in
from admin.pages.browsers import browser_words
from admin.pages.forms import Form, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import SECURITY
from domain.access import factors, staff_sessions
from domain.errors import NotFound
from domain.programs import zone_of
from locales import translator
from web.bots import bot_for
from web.errors import locale_of
from web.keys import CONFIG

_HASH: Final = re.compile(r"[0-9a-f]{64}")


class PressedForm(Form):
    """A button and nothing else."""


class SeatForm(Form):
    """Which session is to end."""

    session: str


class CodeForm(Form):
    """A code of the second step."""

    code: str


async def show(request: web.Request) -> web.StreamResponse:
    """Show how this person signs in, and where they are signed in."""
    return await security_page(request)


async def end_one(request: web.Request) -> web.StreamResponse:
    """End one of the person's own sessions."""
    member, _ = signed_in(request)
    form = await typed(request, SeatForm)
    named = form.value.session if form.value else ""
    if not _HASH.fullmatch(named):
        raise NotFound
    await staff_sessions.end_seat(member, bytes.fromhex(named), now=now_of(request))
    return back("ended")


async def end_others(request: web.Request) -> web.StreamResponse:
    """End the person's sessions everywhere else."""
    member, session = signed_in(request)
    await typed(request, PressedForm)
    await staff_sessions.end_others(member, but=session.token_hash, now=now_of(request))
    return back("ended")


async def security_page(
    request: web.Request,
    *,
    off_form: Typed[CodeForm] | None = None,
    renew_form: Typed[CodeForm] | None = None,
) -> web.Response:
    """Render the page, with a form that was not right if there is one."""
    member, session = signed_in(request)
    program, now = person_of(request).program, now_of(request)
    spoken = translator(locale_of(request))
    bot = await bot_for(request.config_dict, program)
    forms = (off_form or fresh(CodeForm), renew_form or fresh(CodeForm))
    return page(
        request,
        "security.html",
        status=max(form.status for form in forms),
        leads_to=request.config_dict[CONFIG].login_issuer,
        off_form=forms[0],
        renew_form=forms[1],
        factor=await factors.factor_of(member),
        telegram_name=member.telegram_id and (member.telegram_name or member.telegram_id),
        can_link=bool(bot and bot.bot_id and bot.login_secret),
        has_password=member.password_hash is not None,
        seats=[
            {
                "id": seat.token_hash.hex(),
                "is_this": seat.token_hash == session.token_hash,
                "where": browser_words(spoken, seat.browser),
                "seat": seat,
            }
            for seat in await staff_sessions.seats_of(member, now=now)
        ],
        zone=await zone_of(program.id, now),
    )


def back(said: str = "saved") -> web.Response:
    """Lead back to the page, which says what was done."""
    return web.Response(status=303, headers={hdrs.LOCATION: f"{SECURITY}?done={said}"})


ROUTES: Final = (
    web.get(SECURITY, show),
    web.post(f"{SECURITY}/sessions/end", end_one),
    web.post(f"{SECURITY}/sessions/end-others", end_others),
)
