"""What the pages of products and news have in common: their forms, states and pictures."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from pydantic import StringConstraints

from admin.auth.people import Person, now_of, person_of
from admin.pages.forms import Form, Paragraph, Problem, Typed, Whole, typed
from admin.pages.uploads import Uploaded
from domain import programs
from domain.content import editing, pictures
from domain.content.drafts import (
    DateOutOfRange,
    Item,
    PriceOutOfRange,
    State,
    TimeOutOfRange,
    state_of,
)
from domain.content.editing import ChangedMeanwhile
from domain.content.texts import SUMMARY_MAX, TITLE_MAX, TitleMissing
from domain.errors import NotFound, Refusal
from domain.programs import Program
from domain.words import marked as _

ROWS: Final = 50


Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TITLE_MAX)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=SUMMARY_MAX)]
Brief = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]

STATES: Final[Mapping[State, tuple[str, str]]] = {
    "published": (_("Shown"), "good"),
    "scheduled": (_("Scheduled"), "wait"),
    "hidden": (_("Hidden"), "none"),
}
_FIELDS: Final[Mapping[type[Refusal], str]] = {
    TitleMissing: "title_vi",
    PriceOutOfRange: "price",
    TimeOutOfRange: "read_seconds",
    DateOutOfRange: "at",
}


class ItemForm(Form):
    """The fields that products and news share; the picture's file comes last."""

    title_vi: Title = ""
    title_en: Title = ""
    body_vi: Paragraph = ""
    body_en: Paragraph = ""
    appears: Literal["now", "from", "hidden"] = "now"
    at: Brief = ""
    photo: Brief = ""
    bare: Literal["", "1"] = ""
    version: Whole = 0


class Moved(Form):
    """One place up or down."""

    direction: Literal["up", "down"]


class Hidden(Form):
    """Hide it, or show it again."""

    hide: Literal["0", "1"]


def item_id(request: web.Request) -> UUID:
    """Return the id in the address; raises NotFound for what is no id."""
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        raise NotFound from None


def asked_state(request: web.Request) -> State | None:
    """Return the state that a list is narrowed to."""
    wanted = request.query.get("state")
    return next((state for state in STATES if state == wanted), None)


def asked_page(request: web.Request) -> int:
    """Return which page of a list is asked for, the first as 0."""
    text = request.query.get("page", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0  # noqa: PLR2004


async def zone_of(program: Program, now: datetime) -> ZoneInfo:
    """Return the zone in which staff read and type times."""
    return ZoneInfo(await programs.zone_of(program.id, now))


def standing(item: Item, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return an item as the texts of its form."""
    appears = {"published": "now", "scheduled": "from", "hidden": "hidden"}[state_of(item, now)]
    return {
        **_said(item.title, "title"),
        **_said(item.body, "body"),
        "appears": appears,
        "at": item.published_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "photo": item.photo or "",
        "version": item.version,
    }


async def take_picture(person: Person, sent: Uploaded[Any]) -> str | None:
    """Keep the picture that was sent, or else the one that the form already holds.

    A picture that was kept stays in the form, whatever else is wrong with it.
    """
    form = sent.form
    if sent.file is not None:
        with form.blaming("picture"):
            photo = await pictures.keep(person.program.id, sent.file)
            form.texts = {**form.texts, "photo": photo, "bare": ""}
    if form.texts.get("bare") == "1":
        form.texts = {**form.texts, "photo": ""}
    return str(form.texts.get("photo", "")) or None


def wanted(
    form: ItemForm, photo: str | None, before: Item | None, zone: ZoneInfo, now: datetime
) -> dict[str, Any]:
    """Return the shared fields as a draft has them; raises DateOutOfRange."""
    return {
        "title": {"vi": form.title_vi, "en": form.title_en},
        "body": {"vi": form.body_vi, "en": form.body_en},
        "photo": photo,
        "published_at": _appears(form, before, zone, now),
        "is_hidden": form.appears == "hidden",
    }


def _appears(form: ItemForm, before: Item | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    if form.appears == "from":
        try:
            return datetime.fromisoformat(form.at).replace(tzinfo=zone, second=0).astimezone(UTC)
        except (ValueError, OverflowError):
            raise DateOutOfRange from None
    if form.appears == "now" and before and before.published_at > now:
        return now
    return None


def blame(form: Typed[Any], refusal: Refusal, version: int) -> None:
    """Put a refusal beside the field that it is about; after a conflict a second try is free."""
    field = _FIELDS.get(type(refusal), "form")
    facts = {name: str(value) for name, value in refusal.facts.items()}
    form.problems[field] = Problem(refusal.message, facts)
    if isinstance(refusal, ChangedMeanwhile):
        form.texts = {**form.texts, "version": str(version)}


def _said(texts: Mapping[str, str], name: str) -> dict[str, str]:
    return {f"{name}_{locale}": texts.get(locale, "") for locale in ("vi", "en")}


async def hide_or_show(request: web.Request, kind: type[Item], place: str) -> web.Response:
    """Hide what the address names, or show it again, and go back to its line in the list."""
    person, form = person_of(request), await typed(request, Hidden)
    if form.value:
        await editing.show_or_hide(
            person.program,
            kind,
            item_id(request),
            hide=form.value.hide == "1",
            by=person.member,
            now=now_of(request),
        )
    return web.Response(status=303, headers={hdrs.LOCATION: f"{place}#row-{item_id(request)}"})
