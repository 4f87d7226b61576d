from datetime import timedelta

from domain.content.catalogue import news_list, products, said
from tests.clock import MONDAY_NOON
from tests.factories import a_product, a_program, an_article

NOW = MONDAY_NOON
HOUR = timedelta(hours=1)


def test_a_text_is_said_in_the_readers_language_or_in_any() -> None:
    assert said({"vi": "Trà", "en": "Tea"}, "en") == "Tea"
    assert said({"vi": "Trà"}, "en") == "Trà"
    assert said({}, "en") == ""


async def test_products_are_listed_in_the_merchants_order_while_they_are_shown(opened: str) -> None:
    program = await a_program()
    last = await a_product(program, position=2)
    first = await a_product(program, position=1, hidden_at=NOW + HOUR)
    to_come = await a_product(program, position=0, published_at=NOW + HOUR)
    await a_product(await a_program())

    assert [p.id for p in await products(program, now=NOW)] == [first.id, last.id]
    assert [p.id for p in await products(program, now=NOW + HOUR)] == [to_come.id, last.id]


async def test_news_are_listed_newest_first(opened: str) -> None:
    program = await a_program()
    old = await an_article(program, published_at=NOW - HOUR)
    new = await an_article(program, published_at=NOW)
    await an_article(program, hidden_at=NOW)

    assert [n.id for n in await news_list(program, now=NOW)] == [new.id, old.id]
