"""Turning a person's second step on and off, and the codes for a lost phone."""

from typing import Final

import segno
from aiohttp import hdrs, web
from markupsafe import Markup

from admin.auth.people import now_of, person_of, signed_in
from admin.pages.forms import Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import FACTOR, SECURITY
from admin.pages.security import CodeForm, PressedForm, back, security_page
from domain.access import factors
from domain.access.factors import Setup, WrongCode

_GROUP: Final = 4


async def begin(request: web.Request) -> web.StreamResponse:
    """Make a secret, to be put into the person's app."""
    member, _ = signed_in(request)
    await typed(request, PressedForm)
    await factors.set_up(member, now=now_of(request))
    return web.Response(status=303, headers={hdrs.LOCATION: FACTOR})


async def show(request: web.Request) -> web.StreamResponse:
    """Show the secret that waits to be confirmed."""
    return await _page(request, fresh(CodeForm))


async def confirm(request: web.Request) -> web.StreamResponse:
    """Turn the second step on, and show the recovery codes this once."""
    member, session = signed_in(request)
    form = await typed(request, CodeForm)
    if form.value:
        with form.blaming("code", WrongCode):
            codes = await factors.confirm(
                member, form.value.code, session=session.token_hash, now=now_of(request)
            )
            return page(request, "recovery_codes.html", codes=codes, is_new=True)
    return await _page(request, form)


async def renew_codes(request: web.Request) -> web.StreamResponse:
    """Make fresh recovery codes, and show them this once."""
    member, _ = signed_in(request)
    form = await typed(request, CodeForm)
    if form.value:
        with form.blaming("code", WrongCode):
            codes = await factors.renew_codes(member, form.value.code, now=now_of(request))
            return page(request, "recovery_codes.html", codes=codes, is_new=False)
    return await security_page(request, renew_form=form)


async def turn_off(request: web.Request) -> web.StreamResponse:
    """Sign in without a second step from now on."""
    member, _ = signed_in(request)
    form = await typed(request, CodeForm)
    if form.value:
        with form.blaming("code", WrongCode):
            await factors.turn_off(member, form.value.code, now=now_of(request))
            return back("off")
    return await security_page(request, off_form=form)


async def _page(request: web.Request, form: Typed[CodeForm]) -> web.Response:
    member, _ = signed_in(request)
    setup = await factors.waiting(member, person_of(request).program)
    if setup is None:
        return web.Response(status=303, headers={hdrs.LOCATION: SECURITY})
    return page(
        request,
        "second_step_setup.html",
        status=form.status,
        form=form,
        picture=_picture(setup),
        secret=" ".join(
            setup.secret[at : at + _GROUP] for at in range(0, len(setup.secret), _GROUP)
        ),
        address=setup.address,
    )


def _picture(setup: Setup) -> Markup:
    """Draw the address for a camera: black on white, whatever the theme."""
    code = segno.make(setup.address, error="m", micro=False)
    drawn = code.svg_inline(border=3, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)  # noqa: S704 - drawn by us, of squares alone


ROUTES: Final = (
    web.post(FACTOR, begin),
    web.get(FACTOR, show),
    web.post(f"{FACTOR}/confirmation", confirm),
    web.post(f"{FACTOR}/recovery-codes", renew_codes),
    web.post(f"{FACTOR}/off", turn_off),
)
