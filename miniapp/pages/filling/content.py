"""Articles and products as cards, and what staying with one earns."""

from datetime import datetime
from math import ceil
from typing import Final

from domain.content.catalogue import said
from domain.content.evidence import Evidence
from domain.content.models import News, Product
from domain.content.pictures import shown
from domain.earning.offers import Offer
from miniapp.auth.visits import Visit
from miniapp.pages.filling.faces import cover_of
from miniapp.pages.parts import Cover, Dwell, NewsCard, ProductCard, Share

READ: Final = "first_news_read"
VIEW: Final = "first_product_view"
SHARE: Final = "first_product_share"
_WORDS_A_MINUTE: Final = 220


async def news_card(visit: Visit, article: News, known: dict[str, Offer]) -> NewsCard:
    """Return an article as a card, in the customer's language."""
    locale = (await visit.customer()).locale
    published_at = article.published_at.astimezone(await visit.zone())
    return NewsCard(
        id=str(article.id),
        title=said(article.title, locale),
        summary=said(article.summary, locale),
        published_on=published_at.date(),
        minutes=max(1, ceil(len(said(article.body, locale).split()) / _WORDS_A_MINUTE)),
        cover=_cover(visit, article, "newspaper"),
        reward=reward(known, READ),
    )


async def product_card(visit: Visit, product: Product, known: dict[str, Offer]) -> ProductCard:
    """Return a product as a card, in the customer's language."""
    return ProductCard(
        id=str(product.id),
        name=said(product.title, (await visit.customer()).locale),
        price=product.price or None,
        cover=_cover(visit, product, "coffee"),
        reward=reward(known, VIEW),
    )


def _cover(visit: Visit, item: News | Product, otherwise: str) -> Cover:
    photo = shown(visit.program.slug, item.photo) if item.photo else None
    return cover_of(item.picture, str(item.id), otherwise, photo)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return a text's paragraphs; an empty line stands between two."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def reward(known: dict[str, Offer], action: str) -> int:
    """Return what an action still earns; 0 if nothing more."""
    offer = known.get(action)
    return offer.points if offer and offer.state == "available" else 0


def dwell_of(
    known: dict[str, Offer], action: str, evidence: Evidence, now: datetime
) -> Dwell | None:
    """Return what staying with the page earns; None if the program pays nothing for it."""
    offer = known.get(action)
    if offer is None or offer.state == "locked":
        return None
    return Dwell(
        action=action,
        points=offer.points,
        seconds=ceil((evidence.claim_after - now).total_seconds()),
        evidence=evidence.token,
        earned=offer.state == "done",
    )


def share_of(known: dict[str, Offer]) -> Share | None:
    """Return what sharing earns; None if the program pays nothing for it."""
    offer = known.get(SHARE)
    return Share(points=offer.points, earned=offer.state == "done") if offer else None
