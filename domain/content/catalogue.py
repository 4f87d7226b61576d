"""Products and news as customers see them: published, and not hidden."""

from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from domain.content.models import News, Product
from domain.errors import NotFound
from domain.programs import Program


def said(text: dict[str, str], locale: str) -> str:
    """Return the text in that language, else in any that there is."""
    return text.get(locale) or next(iter(text.values()), "")


def _visible(program: Program, now: datetime) -> Q:
    shown = Q(hidden_at=None) | Q(hidden_at__gt=now)
    return Q(program_id=program.id, published_at__lte=now) & shown


async def products(program: Program, *, now: datetime) -> list[Product]:
    """Return the products in the order that the merchant gave them."""
    return await Product.filter(_visible(program, now)).order_by("position", "id")


async def product(program: Program, product_id: UUID, *, now: datetime) -> Product:
    """Return that product; raises NotFound for one that is hidden, to come, or elsewhere's."""
    found = await Product.get_or_none(_visible(program, now), id=product_id)
    if found is None:
        raise NotFound
    return found


async def news_list(program: Program, *, now: datetime) -> list[News]:
    """Return the news, newest first."""
    return await News.filter(_visible(program, now)).order_by("-published_at", "id")


async def article(program: Program, article_id: UUID, *, now: datetime) -> News:
    """Return that article; raises NotFound for one that is hidden, to come, or elsewhere's."""
    found = await News.get_or_none(_visible(program, now), id=article_id)
    if found is None:
        raise NotFound
    return found
