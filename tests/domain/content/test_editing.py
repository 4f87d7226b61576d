import asyncio
from datetime import timedelta

import pytest

from domain.access.models import Staff
from domain.access.staff import create_staff
from domain.content import categories, editing
from domain.content.catalogue import products
from domain.content.categories import CategoryExists, create_category
from domain.content.drafts import NewsDraft, ProductDraft, state_of
from domain.content.editing import ChangedMeanwhile, change_product, create_product, listed
from domain.content.models import Category, News, Product
from domain.content.texts import TextTooLong, TitleMissing
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.programs import Program
from tests.admin.desk import acts
from tests.clock import MONDAY_NOON
from tests.factories import a_product, a_program

NOW = MONDAY_NOON
HOUR = timedelta(hours=1)


async def a_manager(program: Program, name: str = "Lan Anh") -> Staff:
    return await create_staff(program, login=str(new_id())[:20], name=name, role="manager", now=NOW)


def a_draft(**how: object) -> ProductDraft:
    values = {"title": {"vi": "Bạc xỉu"}, "body": {}, "price": 39_000, **how}
    return ProductDraft(**values)  # type: ignore[arg-type]


async def test_a_product_is_added_at_the_end_and_shown_at_once(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)

    first = await create_product(program, a_draft(), by=manager, now=NOW)
    second = await create_product(program, a_draft(), by=manager, now=NOW)

    assert [p.id for p in await products(program, now=NOW)] == [first.id, second.id]
    act, facts = (await acts())[-1]
    assert act == "content_changed"
    assert facts["after"]["title"] == {"vi": "Bạc xỉu"}


async def test_a_product_may_wait_for_its_hour(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)

    made = await create_product(program, a_draft(published_at=NOW + HOUR), by=manager, now=NOW)

    assert state_of(made, NOW) == "scheduled"
    assert await products(program, now=NOW) == []
    assert len(await products(program, now=NOW + HOUR)) == 1


async def test_what_is_hidden_is_seen_by_staff_alone_until_it_is_shown_again(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    made = await create_product(program, a_draft(), by=manager, now=NOW)

    await editing.show_or_hide(program, Product, made.id, hide=True, by=manager, now=NOW)
    await editing.show_or_hide(program, Product, made.id, hide=True, by=manager, now=NOW)

    assert await products(program, now=NOW) == []
    assert [p.id for p in (await listed(Product, program, state="hidden", now=NOW)).rows] == [
        made.id
    ]
    assert len(await acts()) == 3

    await editing.show_or_hide(program, Product, made.id, hide=False, by=manager, now=NOW)
    assert len(await products(program, now=NOW)) == 1


async def test_nobody_overwrites_a_change_that_they_have_not_seen(opened: str) -> None:
    program = await a_program()
    lan, minh = await a_manager(program), await a_manager(program, "Minh")
    made = await create_product(program, a_draft(), by=lan, now=NOW)
    later = NOW + timedelta(minutes=3)
    await change_product(program, made.id, a_draft(price=1), by=minh, version=1, now=NOW)

    with pytest.raises(ChangedMeanwhile) as refused:
        await change_product(program, made.id, a_draft(price=2), by=lan, version=1, now=later)

    assert refused.value.facts == {"name": "Minh", "minutes": 3}
    assert (await Product.get(id=made.id)).price == 1


async def test_of_changes_at_the_same_instant_one_is_kept(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    made = await create_product(program, a_draft(), by=manager, now=NOW)

    tries = [
        change_product(program, made.id, a_draft(price=n), by=manager, version=1, now=NOW)
        for n in range(8)
    ]
    done = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(each, Product) for each in done) == 1
    assert sum(isinstance(each, ChangedMeanwhile) for each in done) == 7


async def test_saving_what_did_not_change_records_nothing(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    made = await create_product(program, a_draft(), by=manager, now=NOW)

    kept = await change_product(program, made.id, a_draft(), by=manager, version=1, now=NOW + HOUR)

    assert kept.version == 1
    assert len(await acts()) == 2


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"title": {}}, TitleMissing),
        ({"title": {"vi": "\u200b \u202e"}}, TitleMissing),
        ({"title": {"vi": "x" * 121}}, TextTooLong),
        ({"body": {"en": "x" * 20_001}}, TextTooLong),
        ({"price": -1}, Refusal),
        ({"price": 10**13}, Refusal),
        ({"category_id": new_id()}, NotFound),
        ({"photo": "0" * 32 + "-640x480"}, NotFound),
        ({"published_at": NOW.replace(year=1970)}, Refusal),
        ({"published_at": NOW.replace(year=2600)}, Refusal),
    ],
)
async def test_what_is_out_of_bounds_is_refused(
    opened: str, change: dict[str, object], refusal: type[Refusal]
) -> None:
    program = await a_program()

    with pytest.raises(refusal):
        await create_product(program, a_draft(**change), by=await a_manager(program), now=NOW)

    assert await Product.all().count() == 0


async def test_texts_lose_what_nobody_sees(opened: str) -> None:
    program = await a_program()
    wild = "Cà\u0000 phê\u202e sữa e" + "\u0301" * 200

    made = await create_product(
        program,
        a_draft(title={"vi": wild}, body={"vi": "Một\r\n\r\n\r\n\r\nHai  ba"}),
        by=await a_manager(program),
        now=NOW,
    )

    assert made.title == {"vi": "Cà phê sữa é\u0301\u0301\u0301"}
    assert made.body == {"vi": "Một\n\nHai ba"}


async def test_another_programs_product_is_not_found(opened: str) -> None:
    ours, theirs = await a_program(), await a_program()
    manager = await a_manager(ours)
    foreign = await a_product(theirs)

    with pytest.raises(NotFound):
        await change_product(ours, foreign.id, a_draft(), by=manager, version=1, now=NOW)
    with pytest.raises(NotFound):
        await editing.move_product(ours, foreign.id, "up", by=manager, now=NOW)
    with pytest.raises(NotFound):
        await editing.show_or_hide(ours, Product, foreign.id, hide=True, by=manager, now=NOW)


async def test_a_product_changes_places_with_its_neighbour(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    a, b, c = [await create_product(program, a_draft(), by=manager, now=NOW) for _ in range(3)]

    await editing.move_product(program, c.id, "up", by=manager, now=NOW)
    await editing.move_product(program, a.id, "up", by=manager, now=NOW)

    assert [p.id for p in await products(program, now=NOW)] == [a.id, c.id, b.id]


async def test_a_category_is_named_once_and_its_products_follow_its_name(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    tea = await create_category(program, {"vi": "Trà", "en": "Tea"}, by=manager, now=NOW)
    made = await create_product(program, a_draft(category_id=tea.id), by=manager, now=NOW)
    with pytest.raises(CategoryExists):
        await create_category(program, {"en": "TEA"}, by=manager, now=NOW)

    await categories.rename_category(
        program, tea.id, {"vi": "Trà nóng"}, version=1, by=manager, now=NOW
    )

    assert (await Product.get(id=made.id)).category == {"vi": "Trà nóng"}
    assert await categories.counts(program) == {tea.id: 1}


async def test_products_outlive_their_category(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    tea = await create_category(program, {"vi": "Trà"}, by=manager, now=NOW)
    made = await create_product(program, a_draft(category_id=tea.id), by=manager, now=NOW)

    await categories.delete_category(program, tea.id, by=manager, now=NOW)
    with pytest.raises(NotFound):
        await categories.delete_category(program, tea.id, by=manager, now=NOW)

    kept = await Product.get(id=made.id)
    assert (kept.category_id, kept.category) == (None, {})
    assert await Category.all().count() == 0


async def test_categories_change_places(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    made = [
        await create_category(program, {"vi": name}, by=manager, now=NOW) for name in ("A", "B")
    ]

    await categories.move_category(program, made[1].id, "up", by=manager, now=NOW)

    assert [c.name["vi"] for c in await categories.categories(program)] == ["B", "A"]


async def test_an_article_that_staff_wrote_is_theirs(opened: str) -> None:
    program = await a_program()
    manager = await a_manager(program)
    draft = NewsDraft(title={"vi": "Mưa"}, summary={}, body={"vi": "Ba món nóng."})

    made = await editing.create_article(program, draft, by=manager, now=NOW)

    assert (await News.get(id=made.id)).edited_at == NOW
