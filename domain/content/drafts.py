"""What staff, a file or a feed want a product or an article to be, checked in every bound."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from domain.content import pictures, texts
from domain.content.models import Category, News, Product
from domain.content.texts import SUMMARY_MAX, Texts
from domain.errors import NotFound, Refusal
from domain.programs import Program

PRICE_MAX: Final = 1_000_000_000_000
READ_SECONDS_MAX: Final = 600
PRODUCT_ICON, NEWS_ICON = "coffee", "newspaper"
State = Literal["published", "scheduled", "hidden"]
Item = Product | News


class PriceOutOfRange(Refusal):
    """A price is a whole number between 0 and 1,000,000,000,000."""

    code = "price_out_of_range"


class TimeOutOfRange(Refusal):
    """Choose a time between 5 and 600 seconds."""

    code = "time_out_of_range"


class DateOutOfRange(Refusal):
    """Choose a date between the years 2000 and 2100."""

    code = "date_out_of_range"


@dataclass(frozen=True, kw_only=True)
class ProductDraft:
    """A product as it should be; `published_at` None: from now, or as it was."""

    title: Texts
    body: Texts
    price: int
    category_id: UUID | None = None
    photo: str | None = None
    published_at: datetime | None = None
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class NewsDraft:
    """An article as it should be; `published_at` None: from now, or as it was."""

    title: Texts
    summary: Texts
    body: Texts
    read_seconds: int = 15
    photo: str | None = None
    published_at: datetime | None = None
    is_hidden: bool = False


Draft = ProductDraft | NewsDraft


def state_of(item: Item, now: datetime) -> State:
    """Return whether customers see an item, will see it, or do not."""
    if item.hidden_at and item.hidden_at <= now:
        return "hidden"
    return "scheduled" if item.published_at > now else "published"


async def values_of(program: Program, draft: Draft) -> dict[str, Any]:
    """Return a draft as columns, cleaned; raises a Refusal for what is out of bounds."""
    if isinstance(draft, ProductDraft):
        return _common(program, draft) | await _of_product(program, draft)
    if not 5 <= draft.read_seconds <= READ_SECONDS_MAX:  # noqa: PLR2004 - the form says it too
        raise TimeOutOfRange
    summary = texts.lines(draft.summary, SUMMARY_MAX)
    return _common(program, draft) | {"summary": summary, "read_seconds": draft.read_seconds}


def appearance(draft: Draft, before: Item | None, now: datetime) -> dict[str, Any]:
    """Return from when, and whether, an item is shown; what is hidden stays hidden since then."""
    at = draft.published_at or (before.published_at if before else now)
    since = before.hidden_at if before else None
    hidden_at = min(since or now, now) if draft.is_hidden else None
    return {"published_at": at, "hidden_at": hidden_at}


def _common(program: Program, draft: Draft) -> dict[str, Any]:
    if draft.photo and not pictures.has(program.id, draft.photo):
        raise NotFound
    if draft.published_at and not 2000 <= draft.published_at.year <= 2100:  # noqa: PLR2004
        raise DateOutOfRange
    return {
        "title": texts.titles(draft.title),
        "body": texts.passages(draft.body),
        "photo": draft.photo,
    }


async def _of_product(program: Program, draft: ProductDraft) -> dict[str, Any]:
    if not 0 <= draft.price <= PRICE_MAX:
        raise PriceOutOfRange
    category: Texts = {}
    if draft.category_id:
        found = await Category.get_or_none(program_id=program.id, id=draft.category_id)
        if found is None:
            raise NotFound
        category = found.name
    return {"price": draft.price, "category_id": draft.category_id, "category": category}
