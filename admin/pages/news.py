"""News: the list, newest first, and one article to write."""

from datetime import datetime
from typing import Final

from aiohttp import hdrs, web

from admin.auth.people import Person, allowed, now_of, person_of
from admin.pages import content_forms as shared
from admin.pages.content_forms import ItemForm, Summary, item_id
from admin.pages.forms import Typed, Whole, fresh
from admin.pages.layout import page
from admin.pages.places import NEWS
from admin.pages.uploads import typed_with_file
from domain.content import drafts, editing
from domain.content.catalogue import said
from domain.content.drafts import NewsDraft
from domain.content.drawing import BYTES_MAX, PictureTooLarge
from domain.content.models import News
from domain.content.pictures import shown
from domain.errors import Refusal
from web.errors import locale_of


class NewsForm(ItemForm):
    """An article as it is typed."""

    summary_vi: Summary = ""
    summary_en: Summary = ""
    read_seconds: Whole = 15


@allowed("read_settings")
async def show_list(request: web.Request) -> web.StreamResponse:
    """List the articles, narrowed to a state."""
    program, now = person_of(request).program, now_of(request)
    state, start = shared.asked_state(request), shared.asked_page(request) * shared.ROWS
    found = await editing.listed(
        News, program, state=state, start=start, limit=shared.ROWS, now=now
    )
    return page(
        request,
        "content/news.html",
        found=found,
        start=start,
        state=state,
        states=shared.STATES,
        state_of=lambda row: drafts.state_of(row, now),
        said=lambda text: said(text, locale_of(request)),
        shown=lambda photo: shown(program.slug, photo),
        zone=await shared.zone_of(program, now),
    )


@allowed("read_settings")
async def show_new(request: web.Request) -> web.StreamResponse:
    """Show an empty form."""
    return await _page(request, fresh(NewsForm, appears="now", read_seconds=15), None)


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show an article to change."""
    person, now = person_of(request), now_of(request)
    row = await editing.item(News, person.program, item_id(request))
    texts = shared.standing(row, now, await shared.zone_of(person.program, now))
    summary = {f"summary_{locale}": row.summary.get(locale, "") for locale in ("vi", "en")}
    form = fresh(NewsForm, **texts, **summary, read_seconds=row.read_seconds)
    return await _page(request, form, row)


@allowed("change_content")
async def save(request: web.Request) -> web.StreamResponse:
    """Keep an article, new or changed, with the picture that was sent."""
    person, now = person_of(request), now_of(request)
    row = None
    if "id" in request.match_info:
        row = await editing.item(News, person.program, item_id(request))
    sent = await typed_with_file(
        request, NewsForm, file="picture", longest=BYTES_MAX, otherwise=PictureTooLarge
    )
    photo, form = await shared.take_picture(person, sent), sent.form
    if form.value and not form.problems:
        try:
            kept = await _kept(person, form.value, photo, row, now)
        except Refusal as refusal:
            shared.blame(form, refusal, row.version if row else 0)
        else:
            return web.Response(status=303, headers={hdrs.LOCATION: f"{NEWS}/{kept.id}?saved=1"})
    return await _page(request, form, row, status=sent.status)


@allowed("change_content")
async def hide(request: web.Request) -> web.StreamResponse:
    """Hide an article, or show it again."""
    return await shared.hide_or_show(request, News, NEWS)


async def _kept(
    person: Person, form: NewsForm, photo: str | None, row: News | None, now: datetime
) -> News:
    zone = await shared.zone_of(person.program, now)
    draft = NewsDraft(
        **shared.wanted(form, photo, row, zone, now),
        summary={"vi": form.summary_vi, "en": form.summary_en},
        read_seconds=form.read_seconds,
    )
    if row is None:
        return await editing.create_article(person.program, draft, by=person.member, now=now)
    return await editing.change_article(
        person.program, row.id, draft, version=form.version, by=person.member, now=now
    )


async def _page(
    request: web.Request, form: Typed[NewsForm], row: News | None, status: int = 200
) -> web.Response:
    program, now = person_of(request).program, now_of(request)
    return page(
        request,
        "content/article.html",
        status=status,
        form=form,
        row=row,
        state=row and drafts.state_of(row, now),
        states=shared.STATES,
        said=lambda text: said(text, locale_of(request)),
        shown=shown(program.slug, str(form.texts.get("photo", ""))),
        program=program,
        zone=await shared.zone_of(program, now),
    )


_ONE: Final = f"{NEWS}/{{id:[0-9a-f-]{{36}}}}"
ROUTES: Final = (
    web.get(NEWS, show_list),
    web.get(f"{NEWS}/new", show_new),
    web.post(f"{NEWS}/new", save),
    web.get(_ONE, show),
    web.post(_ONE, save),
    web.post(f"{_ONE}/visibility", hide),
)
