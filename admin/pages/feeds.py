"""Feeds: the addresses whose articles become news, and how each of them is."""

from typing import Any, Final, Literal

from aiohttp import hdrs, web

from admin.auth.people import allowed, now_of, person_of
from admin.pages.content_forms import item_id, zone_of
from admin.pages.forms import Form, OptionalLine, Ticked, Typed, Whole, fresh, typed
from admin.pages.layout import page
from admin.pages.places import FEEDS
from domain.content import feeds
from domain.content.feeds import EVERY_HOURS, FeedAddressUnfit, FeedExists, TooManyFeeds
from domain.content.models import Feed
from locales import Translator, translator
from web import fetching  # noqa: F401 - what a reading failed for is said here by its code
from web.errors import locale_of, sentence_of


class FeedForm(Form):
    """An address to read."""

    url: str = ""
    name: OptionalLine = ""
    locale: Literal["vi", "en"] = "vi"
    every_hours: Whole = 6
    shows_at_once: Ticked = False


class RhythmForm(Form):
    """How often a feed is read, and what becomes of its articles."""

    every_hours: Whole
    shows_at_once: Ticked = False


class PauseForm(Form):
    """Stop reading a feed for now, or go on."""

    pause: Literal["0", "1"]


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the feeds and an empty form."""
    locale = person_of(request).program.locale
    return await _page(request, fresh(FeedForm, locale=locale, every_hours=6, shows_at_once=True))


@allowed("change_content")
async def add(request: web.Request) -> web.StreamResponse:
    """Read an address from now on."""
    person, form = person_of(request), await typed(request, FeedForm)
    if form.value:
        values = form.value.model_dump(exclude={"csrf"})
        with (
            form.blaming("url", FeedAddressUnfit),
            form.blaming("url", FeedExists),
            form.blaming("form", TooManyFeeds),
        ):
            await feeds.add_feed(person.program, **values, by=person.member, now=now_of(request))
            return _saved()
    return await _page(request, form)


@allowed("change_content")
async def change(request: web.Request) -> web.StreamResponse:
    """Read a feed more or less often."""
    person, form = person_of(request), await typed(request, RhythmForm)
    if form.value:
        values = form.value.model_dump(exclude={"csrf"})
        await feeds.change_feed(
            person.program, item_id(request), **values, by=person.member, now=now_of(request)
        )
    return _saved()


@allowed("change_content")
async def pause(request: web.Request) -> web.StreamResponse:
    """Stop reading a feed for now, or go on."""
    person, form = person_of(request), await typed(request, PauseForm)
    if form.value:
        await feeds.pause_feed(
            person.program,
            item_id(request),
            pause=form.value.pause == "1",
            by=person.member,
            now=now_of(request),
        )
    return _saved()


@allowed("change_content")
async def read_soon(request: web.Request) -> web.StreamResponse:
    """Read a feed within a minute."""
    person = person_of(request)
    await typed(request, Form)
    await feeds.read_soon(person.program, item_id(request), now=now_of(request))
    return _saved()


@allowed("change_content")
async def delete(request: web.Request) -> web.StreamResponse:
    """Stop reading a feed for good."""
    person = person_of(request)
    await typed(request, Form)
    await feeds.delete_feed(person.program, item_id(request), by=person.member, now=now_of(request))
    return _saved()


async def _page(request: web.Request, form: Typed[FeedForm]) -> web.Response:
    program, now = person_of(request).program, now_of(request)
    spoken = translator(locale_of(request))
    return page(
        request,
        "content/feeds.html",
        status=form.status,
        form=form,
        rows=await feeds.feeds(program),
        result_of=lambda feed: _result(spoken, feed),
        rhythms=[(str(hours), _rhythm(spoken, hours)) for hours in EVERY_HOURS],
        zone=await zone_of(program, now),
        now=now,
    )


def _rhythm(spoken: Translator, hours: int) -> str:
    if hours <= 24:  # noqa: PLR2004 - a day is said in hours
        return spoken.plural("Every %(count)s hour", "Every %(count)s hours", hours)
    return spoken.plural("Every %(count)s day", "Every %(count)s days", hours // 24)


def _result(spoken: Translator, feed: Feed) -> str:
    """Say what the last reading of a feed came to."""
    result: dict[str, Any] = feed.result or {"code": "waiting"}
    if result["code"] == "waiting":
        return spoken.text("It will be read within a minute.")
    if result["code"] == "not_modified":
        return spoken.text("Nothing new since the last time.")
    if result["code"] == "read":
        new, changed = (spoken.number(result[name]) for name in ("new", "changed"))
        return spoken.text("%(new)s new, %(changed)s changed.", new=new, changed=changed)
    return spoken.text(sentence_of(result["code"]), **result)


def _saved() -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{FEEDS}?saved=1"})


_ONE: Final = f"{FEEDS}/{{id:[0-9a-f-]{{36}}}}"
ROUTES: Final = (
    web.get(FEEDS, show),
    web.post(FEEDS, add),
    web.post(_ONE, change),
    web.post(f"{_ONE}/pause", pause),
    web.post(f"{_ONE}/reading", read_soon),
    web.post(f"{_ONE}/deletion", delete),
)
