"""The customer's own page: birthday, language, what to hear of."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import StringConstraints

from domain.membership.choices import Changes, change_profile, choose_notices
from miniapp.api.shapes import NoticeKind, day_of
from miniapp.auth.visits import Visit, signed_in
from miniapp.pages.filling.profile import profile_screen
from miniapp.pages.views import page, shown
from web.bodies import Body, read_form


class Born(Body):
    """A birthday as a date field sends it."""

    birthday: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Spoken(Body):
    """The language to speak from now on."""

    locale: Literal["vi", "en"]


class Hearing(Body):
    """Whether to hear of one kind of messages."""

    kind: NoticeKind
    wanted: Literal["yes", "no"]


@page
async def profile(visit: Visit) -> web.StreamResponse:
    return await shown(visit, await profile_screen(visit))


@signed_in
async def set_birthday(visit: Visit) -> web.StreamResponse:
    asked = await read_form(visit.request, Born)
    await change_profile(
        visit.customer_id,
        Changes(birthday=day_of(asked.birthday)),
        now=visit.now,
        request=visit.request_key(asked),
    )
    return await shown(visit, await profile_screen(visit), part="birthday")


@signed_in
async def speak(visit: Visit) -> web.StreamResponse:
    asked = await read_form(visit.request, Spoken)
    await change_profile(
        visit.customer_id,
        Changes(locale=asked.locale),
        now=visit.now,
        request=visit.request_key(asked),
    )
    response = await shown(visit, await profile_screen(visit))
    response.headers["X-Screen"] = "/profile"
    return response


@signed_in
async def hear(visit: Visit) -> web.StreamResponse:
    asked = await read_form(visit.request, Hearing)
    await choose_notices(
        visit.customer_id,
        {asked.kind: asked.wanted == "yes"},
        now=visit.now,
        request=visit.request_key(asked),
    )
    return await shown(visit, await profile_screen(visit), part=f"notice-{asked.kind}")
