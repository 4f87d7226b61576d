"""Products and news, and the evidence of having viewed, read or shared them."""

from typing import Any

from aiohttp import web

from domain.content import catalogue
from domain.content.catalogue import said
from domain.content.evidence import Evidence, read_article, view_product
from domain.content.models import News, Product
from domain.content.pictures import shown
from domain.ledger.requests import RequestKey
from miniapp.api.shapes import (
    ArticleAnswer,
    ArticleDetailAnswer,
    EvidenceAnswer,
    NewsAnswer,
    Nothing,
    ProductAnswer,
    ProductDetailAnswer,
    ProductsAnswer,
    ShareAnswer,
)
from miniapp.auth.visits import Visit, signed_in
from miniapp.shares import prepare_share
from web.answers import REPLAYED, answer
from web.bodies import read_json
from web.openapi import Operation, operation


def _evidenced(summary: str, shape: type[EvidenceAnswer] = EvidenceAnswer) -> Operation:
    return Operation(
        summary=summary, answers={201: shape}, body=Nothing, keyed=True, security=("session",)
    )


@operation(Operation(summary="The products", answers={200: ProductsAnswer}, security=("session",)))
@signed_in
async def list_products(visit: Visit) -> web.Response:
    locale = (await visit.customer()).locale
    found = await catalogue.products(visit.program, now=visit.now)
    items = [ProductAnswer(**_product(product, visit, locale)) for product in found]
    return answer(ProductsAnswer(items=items))


@operation(
    Operation(summary="A product", answers={200: ProductDetailAnswer}, security=("session",))
)
@signed_in
async def show_product(visit: Visit) -> web.Response:
    locale = (await visit.customer()).locale
    found = await catalogue.product(visit.program, visit.item_id, now=visit.now)
    body = said(found.body, locale)
    return answer(ProductDetailAnswer(**_product(found, visit, locale), body=body))


@operation(_evidenced("I am looking at a product"))
@signed_in
async def view(visit: Visit) -> web.Response:
    key = await _key_alone(visit)
    seen = await view_product(
        visit.program, visit.customer_id, visit.item_id, now=visit.now, request=key
    )
    return _evidence(seen, EvidenceAnswer(evidence=seen.token, claim_after=seen.claim_after))


@operation(_evidenced("I want to share a product", ShareAnswer))
@signed_in
async def share(visit: Visit) -> web.Response:
    key = await _key_alone(visit)
    prepared = await prepare_share(visit, visit.item_id, key)
    made = ShareAnswer(
        evidence=prepared.share.token,
        claim_after=prepared.share.claim_after,
        url=prepared.url,
        text=prepared.text,
        prepared_message_id=prepared.message_id,
    )
    return _evidence(prepared.share, made)


@operation(Operation(summary="The news", answers={200: NewsAnswer}, security=("session",)))
@signed_in
async def list_news(visit: Visit) -> web.Response:
    locale = (await visit.customer()).locale
    found = await catalogue.news_list(visit.program, now=visit.now)
    return answer(
        NewsAnswer(items=[ArticleAnswer(**_article(news, visit, locale)) for news in found])
    )


@operation(
    Operation(summary="An article", answers={200: ArticleDetailAnswer}, security=("session",))
)
@signed_in
async def show_article(visit: Visit) -> web.Response:
    locale = (await visit.customer()).locale
    found = await catalogue.article(visit.program, visit.item_id, now=visit.now)
    return answer(
        ArticleDetailAnswer(**_article(found, visit, locale), body=said(found.body, locale))
    )


@operation(_evidenced("I begin to read an article"))
@signed_in
async def read(visit: Visit) -> web.Response:
    key = await _key_alone(visit)
    begun = await read_article(
        visit.program, visit.customer_id, visit.item_id, now=visit.now, request=key
    )
    return _evidence(begun, EvidenceAnswer(evidence=begun.token, claim_after=begun.claim_after))


async def _key_alone(visit: Visit) -> RequestKey:
    """Return the key of a call whose content says nothing else."""
    key = visit.request_key()
    await read_json(visit.request, Nothing)
    return key


def _evidence(made: Evidence, shape: EvidenceAnswer) -> web.Response:
    response = answer(shape, status=201)
    if made.replayed:
        response.headers[REPLAYED] = "true"
    return response


def _photo(visit: Visit, photo: str | None) -> str | None:
    found = shown(visit.program.slug, photo) if photo else None
    return found.address if found else None


def _product(product: Product, visit: Visit, locale: str) -> dict[str, Any]:
    return {
        "id": product.id,
        "title": said(product.title, locale),
        "category": said(product.category, locale),
        "price": product.price,
        "currency": visit.program.currency,
        "picture": product.picture,
        "photo": _photo(visit, product.photo),
    }


def _article(news: News, visit: Visit, locale: str) -> dict[str, Any]:
    return {
        "id": news.id,
        "title": said(news.title, locale),
        "summary": said(news.summary, locale),
        "picture": news.picture,
        "photo": _photo(visit, news.photo),
        "published_at": news.published_at,
        "read_seconds": news.read_seconds,
    }
