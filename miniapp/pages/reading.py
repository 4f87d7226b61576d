"""News and products; opening one is what the server later vouches for."""

from aiohttp import web

from domain.content import catalogue
from domain.content.catalogue import said
from domain.content.categories import categories
from domain.content.evidence import read_article, view_product
from domain.content.models import Product
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import balance_of
from miniapp.pages.filling.content import (
    READ,
    VIEW,
    dwell_of,
    news_card,
    paragraphs,
    product_card,
    share_of,
)
from miniapp.pages.filling.earning import offers_of
from miniapp.pages.parts import CategoryChip
from miniapp.pages.screens import ArticleScreen, NewsScreen, ProductScreen, ProductsScreen
from miniapp.pages.views import or_gone, page, shown


@page
async def news(visit: Visit) -> web.StreamResponse:
    known = await offers_of(visit)
    found = await catalogue.news_list(visit.program, now=visit.now)
    cards = [await news_card(visit, article, known) for article in found]
    return await shown(visit, NewsScreen(balance=await balance_of(visit), articles=tuple(cards)))


@page
@or_gone("article")
async def article(visit: Visit) -> web.StreamResponse:
    found = await catalogue.article(visit.program, visit.item_id, now=visit.now)
    evidence = await read_article(visit.program, visit.customer_id, found.id, now=visit.now)
    known = await offers_of(visit)
    screen = ArticleScreen(
        balance=await balance_of(visit),
        article=await news_card(visit, found, known),
        paragraphs=paragraphs(said(found.body, (await visit.customer()).locale)),
        dwell=dwell_of(known, READ, evidence, visit.now),
        source_url=found.source_url,
    )
    return await shown(visit, screen)


@page
async def products(visit: Visit) -> web.StreamResponse:
    known = await offers_of(visit)
    found = await catalogue.products(visit.program, now=visit.now)
    chips = await _chips(visit, found)
    asked = visit.request.query.get("category")
    chosen = next((chip.id for chip in chips if chip.id == asked), None)
    cards = [
        await product_card(visit, product, known)
        for product in found
        if chosen in {None, str(product.category_id)}
    ]
    screen = ProductsScreen(
        balance=await balance_of(visit), products=tuple(cards), categories=chips, chosen=chosen
    )
    return await shown(visit, screen)


async def _chips(visit: Visit, found: list[Product]) -> tuple[CategoryChip, ...]:
    """Return the categories that have something to show; none if there is nothing to choose."""
    used = {product.category_id for product in found}
    locale = (await visit.customer()).locale
    chips = [
        CategoryChip(id=str(each.id), name=said(each.name, locale))
        for each in await categories(visit.program)
        if each.id in used
    ]
    return tuple(chips) if len(chips) > 1 else ()


@page
@or_gone("product")
async def product(visit: Visit) -> web.StreamResponse:
    found = await catalogue.product(visit.program, visit.item_id, now=visit.now)
    evidence = await view_product(visit.program, visit.customer_id, found.id, now=visit.now)
    known = await offers_of(visit)
    screen = ProductScreen(
        balance=await balance_of(visit),
        product=await product_card(visit, found, known),
        paragraphs=paragraphs(said(found.body, (await visit.customer()).locale)),
        dwell=dwell_of(known, VIEW, evidence, visit.now),
        share=share_of(known),
    )
    return await shown(visit, screen)
