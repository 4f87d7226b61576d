"""The pages of products, news and categories, as a browser without pictures."""

import pytest

from domain.content.categories import create_category
from domain.content.models import Category, News, Product
from domain.ids import new_id
from tests.admin.desk import Desk
from tests.admin.writing import ARTICLE, PRODUCT, open_form, press, send
from tests.domain.content.sending import a_picture
from tests.factories import a_product, a_program, an_article

pytestmark = pytest.mark.usefixtures("place")

PLACES = ["/admin/products", "/admin/news", "/admin/categories", "/admin/feeds"]
PAGES = [*PLACES, "/admin/products/new", "/admin/news/new", "/admin/content/import"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_there_in_a_new_program(desk: Desk, path: str) -> None:
    await desk.sign_in("manager")

    assert await desk.get(path) == 200


async def test_a_change_that_somebody_else_made_meanwhile_is_shown_first(desk: Desk) -> None:
    await desk.sign_in("manager", name="Minh")
    made = await a_product(desk.program)
    await open_form(desk, f"/admin/products/{made.id}")
    first = PRODUCT | {"version": "1", "price": "1"}
    assert await send(desk, f"/admin/products/{made.id}", first) == 303
    await open_form(desk, f"/admin/products/{made.id}")

    assert await send(desk, f"/admin/products/{made.id}", first | {"price": "2"}) == 422

    assert "Minh" in desk.html
    assert (await Product.get(id=made.id)).price == 1
    assert 'name="version" value="2"' in desk.html
    again = first | {"price": "2", "version": "2"}
    assert await send(desk, f"/admin/products/{made.id}", again) == 303


async def test_a_product_may_be_shown_from_a_date_on(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)
    fields = PRODUCT | {"appears": "from", "at": "2026-03-05T08:00"}

    assert await send(desk, "/admin/products/new", fields) == 303

    (made,) = await Product.all()
    assert made.published_at.isoformat() == "2026-03-05T01:00:00+00:00"
    await desk.get("/admin/products?state=scheduled")
    assert "Bạc xỉu" in desk.html
    await desk.get("/admin/products?state=published")
    assert "Bạc xỉu" not in desk.html


@pytest.mark.parametrize("at", ["", "never", "2026-13-01T08:00", "9999-12-31T23:59", "1970-01-01"])
async def test_a_date_that_cannot_be_is_a_sentence(desk: Desk, at: str) -> None:
    await desk.sign_in("manager")
    await open_form(desk)

    assert await send(desk, "/admin/products/new", PRODUCT | {"appears": "from", "at": at}) == 422

    assert 'id="at-wrong"' in desk.html


async def test_an_article_is_written_hidden_and_shown(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk, "/admin/news/new")
    assert await send(desk, "/admin/news/new", ARTICLE, a_picture()) == 303
    (made,) = await News.all()
    assert (made.summary, made.read_seconds) == ({"vi": "Thực đơn mới."}, 20)

    await desk.get("/admin/news")
    assert await desk.submit(f"/admin/news/{made.id}/visibility", hide="1") == 303

    assert (await News.get(id=made.id)).hidden_at == desk.now


async def test_products_are_put_in_order_by_buttons(desk: Desk) -> None:
    await desk.sign_in("manager")
    a, b = [await a_product(desk.program, position=n) for n in (1, 2)]
    await desk.get("/admin/products")

    assert await desk.submit(f"/admin/products/{b.id}/place", direction="up") == 303

    assert desk.headers["Location"] == f"/admin/products#row-{b.id}"
    assert [p.id for p in await Product.all().order_by("position")] == [b.id, a.id]


async def test_a_category_is_added_renamed_moved_and_deleted(desk: Desk) -> None:
    await desk.sign_in("manager")
    await desk.get("/admin/categories")
    assert await desk.submit("/admin/categories", name_vi="Trà", name_en="Tea") == 303
    (made,) = await Category.all()
    assert await press(desk, "/admin/categories", name_vi="trà") == 422
    assert "Trà" in desk.html

    one = f"/admin/categories/{made.id}"
    assert await press(desk, one, name_vi="Trà nóng", version="1") == 303
    assert await press(desk, one, name_vi="Trà lạnh", version="1") == 422
    assert await press(desk, f"{one}/place", direction="up") == 303
    assert await press(desk, f"{one}/deletion") == 303
    assert await Category.all().count() == 0


async def test_an_analyst_reads_and_sees_why_nothing_can_be_changed(desk: Desk) -> None:
    await desk.sign_in("owner", name="Chị Hai")
    await desk.sign_in("analyst")
    made = await a_product(desk.program)
    article = await an_article(desk.program)
    for path in (*PAGES, f"/admin/products/{made.id}", f"/admin/news/{article.id}"):
        assert await desk.get(path) == 200
        assert "disabled aria-describedby" in desk.html
        assert "Chị Hai" in desk.html


@pytest.mark.parametrize(
    "path",
    ["products/new", "products/{id}/place", "news/new", "categories", "feeds", "content/import"],
)
@pytest.mark.parametrize("role", ["analyst", "cashier"])
async def test_whoever_may_not_change_content_changes_nothing(
    desk: Desk, role: str, path: str
) -> None:
    await desk.sign_in(role)
    made = await a_product(desk.program)
    await desk.get("/admin/password")

    status = await desk.submit(f"/admin/{path.format(id=made.id)}", direction="up")

    assert status == 403


async def test_what_another_program_has_is_not_found(desk: Desk) -> None:
    await desk.sign_in("owner")
    other = await a_program()
    product, article = await a_product(other), await an_article(other)
    by = await desk.a_member("owner")
    category = await create_category(other, {"vi": "Trà"}, by=by, now=desk.now)
    await desk.get("/admin/products")

    for path in (f"products/{product.id}", f"news/{article.id}", f"content/import/{new_id()}"):
        assert await desk.get(f"/admin/{path}") == 404
    await desk.get("/admin/products")
    for path, fields in {
        f"products/{product.id}/visibility": {"hide": "1"},
        f"products/{product.id}/place": {"direction": "up"},
        f"news/{article.id}/visibility": {"hide": "1"},
        f"categories/{category.id}": {"name_vi": "x", "version": "1"},
        f"categories/{category.id}/place": {"direction": "up"},
        f"feeds/{new_id()}/pause": {"pause": "1"},
        f"content/import/{new_id()}": {},
    }.items():
        assert await press(desk, f"/admin/{path}", **fields) == 404, path


async def test_hostile_texts_are_texts(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)
    wild = "<script>alert(1)</script>{{7*7}}"

    assert await send(desk, "/admin/products/new", PRODUCT | {"title_vi": wild}) == 303

    for path in ("/admin/products", f"/admin/products/{(await Product.all())[0].id}"):
        await desk.get(path)
        assert "<script>alert" not in desk.html
        assert "&lt;script&gt;alert(1)" in desk.html
