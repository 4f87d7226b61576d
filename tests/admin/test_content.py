"""The pages of products, news, categories, feeds and imports, as a browser without pictures."""

import re
import resource
import signal
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from domain.content import pictures
from domain.content.categories import create_category
from domain.content.models import Category, Feed, News, Product
from domain.ids import new_id
from tests.admin.desk import Desk, acts
from tests.domain.content.sending import REFUSED, a_picture
from tests.factories import a_product, a_program, an_article

PRODUCT = {
    "title_vi": "Bạc xỉu",
    "title_en": "",
    "body_vi": "Nhiều sữa.\n\nÍt cà phê.",
    "body_en": "",
    "price": "39000",
    "category": "",
    "appears": "now",
    "at": "",
    "photo": "",
    "version": "0",
}
ARTICLE = {
    **{name: value for name, value in PRODUCT.items() if name not in {"price", "category"}},
    "summary_vi": "Thực đơn mới.",
    "read_seconds": "20",
}
PLACES = ["/admin/products", "/admin/news", "/admin/categories", "/admin/feeds"]
PAGES = [*PLACES, "/admin/products/new", "/admin/news/new", "/admin/content/import"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path) -> Iterator[Path]:
    pictures.configure(tmp_path / "pictures")
    yield tmp_path / "pictures"
    pictures.configure(None)


async def send(
    desk: Desk, path: str, fields: dict[str, str], file: bytes | None = None, **how: Any
) -> int:
    """Post a form with a file as the page that was shown last would: the secret first."""
    form = FormData()
    values = {"csrf": how.pop("csrf", desk.csrf), **fields}
    for name, value in values.items():
        form.add_field(name, value, content_type="text/plain; charset=utf-8")
    name = how.pop("name", "picture")
    form.add_field(
        name,
        BytesIO(file or b""),
        filename=how.pop("filename", "ảnh.jpg"),
        content_type="image/jpeg",
    )
    answer = await desk.browser.post(path, data=form, allow_redirects=False, **how)
    return await desk._keep(answer)


async def press(desk: Desk, path: str, **fields: str) -> int:
    """Open a list and press one of its buttons."""
    await desk.get("/admin/categories")
    return await desk.submit(path, **fields)


async def open_form(desk: Desk, path: str = "/admin/products/new") -> None:
    assert await desk.get(path) == 200


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_there_in_a_new_program(desk: Desk, path: str) -> None:
    await desk.sign_in("manager")

    assert await desk.get(path) == 200


async def test_a_product_is_written_with_its_picture(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)

    assert await send(desk, "/admin/products/new", PRODUCT, a_picture()) == 303

    (made,) = await Product.all()
    assert (made.title, made.price) == ({"vi": "Bạc xỉu"}, 39_000)
    assert made.photo is not None
    assert await desk.get(f"/admin/products/{made.id}?saved=1") == 200
    address = re.search(r'<img src="(/p/[^"]+)"', desk.html)
    assert address
    assert await desk.browser.get(address[1]) is not None


async def test_a_picture_is_served_for_ever_and_as_nothing_else(desk: Desk) -> None:
    photo = await pictures.keep(desk.program.id, a_picture())

    answer = await desk.browser.get(f"/p/{desk.program.slug}/pictures/{photo}-640.webp")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (await answer.read())[8:12] == b"WEBP"
    other = await a_program()
    for slug in (other.slug, "nobody"):
        assert (await desk.browser.get(f"/p/{slug}/pictures/{photo}-640.webp")).status == 404


@pytest.mark.parametrize("_case", REFUSED)
async def test_a_picture_that_is_refused_loses_nothing_that_was_typed(
    desk: Desk, _case: str
) -> None:
    await desk.sign_in("manager")
    await open_form(desk)
    sent = REFUSED[_case][0]() or b"\n"

    status = await send(desk, "/admin/products/new", PRODUCT, sent)

    assert status in {413, 422}
    assert 'id="picture-wrong"' in desk.html
    assert "Bạc xỉu" in desk.html
    assert await Product.all().count() == 0


async def test_a_full_disk_is_a_sentence_and_nothing_is_lost(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    picture = a_picture(1600, 1200)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    try:
        status = await send(desk, "/admin/products/new", PRODUCT, picture)
        full = desk.html
        elsewhere = await desk.get("/admin/news")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)

    assert (status, elsewhere) == (422, 200)
    assert "Máy chủ không còn chỗ" in full
    assert "Bạc xỉu" in full
    await open_form(desk)
    assert await send(desk, "/admin/products/new", PRODUCT, picture) == 303


async def test_a_picture_that_was_good_stays_when_another_field_is_wrong(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)

    assert await send(desk, "/admin/products/new", PRODUCT | {"price": "1e3"}, a_picture()) == 422

    kept = re.search(r'name="photo" value="([^"]+)"', desk.html)
    assert kept
    assert await send(desk, "/admin/products/new", PRODUCT | {"photo": kept[1]}) == 303
    assert (await Product.all())[0].photo == kept[1]


async def test_a_picture_of_another_program_is_not_taken(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)
    foreign = await pictures.keep((await a_program()).id, a_picture())

    assert await send(desk, "/admin/products/new", PRODUCT | {"photo": foreign}) == 422

    assert await Product.all().count() == 0


async def test_a_picture_is_removed(desk: Desk) -> None:
    await desk.sign_in("manager")
    photo = await pictures.keep(desk.program.id, a_picture())
    made = await a_product(desk.program, photo=photo)
    await open_form(desk, f"/admin/products/{made.id}")
    fields = PRODUCT | {"photo": photo, "bare": "1", "version": "1"}

    assert await send(desk, f"/admin/products/{made.id}", fields) == 303

    assert (await Product.get(id=made.id)).photo is None


@pytest.mark.parametrize("csrf", ["", "guessed", "é"])
async def test_a_form_with_a_file_needs_this_sessions_secret(
    desk: Desk, place: Path, csrf: str
) -> None:
    await desk.sign_in("manager")
    await open_form(desk)

    assert await send(desk, "/admin/products/new", PRODUCT, a_picture(), csrf=csrf) == 403

    assert await Product.all().count() == 0
    assert not place.exists()


async def test_a_secret_that_comes_after_other_fields_is_none(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk)
    form = FormData()
    form.add_field("title_vi", "Bạc xỉu", content_type="text/plain")
    form.add_field("csrf", desk.csrf, content_type="text/plain")

    answer = await desk.browser.post("/admin/products/new", data=form, allow_redirects=False)

    assert answer.status == 403


async def test_a_forged_gigabyte_is_turned_away_at_its_first_field(desk: Desk) -> None:
    await desk.sign_in("manager")
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nforged\r\n'
        yield b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
        for _ in range(64):
            sent += 1
            yield bytes(1024 * 1024)

    answer = await desk.browser.post(
        "/admin/products/new",
        data=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answer.status == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x--\r\n",
        b"--x\r\n\r\n",
        b"no form at all",
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + b"a" * 100_000,
        b"--x\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nz\r\n--y--\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--x--\r\n',
    ],
)
async def test_a_broken_form_with_a_file_is_refused(desk: Desk, body: bytes) -> None:
    await desk.sign_in("manager")

    answer = await desk.browser.post(
        "/admin/products/new",
        data=body,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answer.status in {400, 403}


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


async def test_a_feed_is_added_paused_and_deleted(desk: Desk) -> None:
    await desk.sign_in("manager")
    await desk.get("/admin/feeds")
    values = {"url": "https://moc.example/feed", "name": "", "locale": "vi", "every_hours": "6"}
    assert await desk.submit("/admin/feeds", **values) == 303
    (made,) = await Feed.all()
    assert not made.shows_at_once

    await desk.get("/admin/feeds")
    assert "moc.example" in desk.html
    one = f"/admin/feeds/{made.id}"
    assert await press(desk, one, every_hours="24", shows_at_once="1") == 303
    assert await press(desk, f"{one}/pause", pause="1") == 303
    assert await press(desk, f"{one}/reading") == 303
    assert (await Feed.get(id=made.id)).every_hours == 24
    assert await press(desk, f"{one}/deletion") == 303
    assert await Feed.all().count() == 0


async def test_what_a_feed_came_to_is_said_in_words(desk: Desk) -> None:
    await desk.sign_in("manager")
    await desk.get("/admin/feeds")
    values = {"name": "", "locale": "vi", "every_hours": "6"}
    results: list[dict[str, Any]] = [
        {"code": "answer_refused", "status": "500"},
        {"code": "answer_too_large"},
        {"code": "address_too_slow", "seconds": "20"},
        {"code": "nothing_fetched", "kind": "ValueError"},
        {"code": "not_modified"},
        {"code": "read", "new": 3, "changed": 1},
    ]
    for place, result in enumerate(results):
        await press(desk, "/admin/feeds", url=f"https://moc.example/{place}", **values)
        feed = await Feed.get(url=f"https://moc.example/{place}")
        await Feed.filter(id=feed.id).update(result=result, read_at=desk.now, failures=place < 4)

    assert await desk.get("/admin/feeds") == 200

    for words in ("báo lỗi 500", "lớn hơn 2 MB", "quá 20 giây", "3 bài mới"):
        assert words in desk.html


async def test_an_address_that_is_none_is_a_sentence(desk: Desk) -> None:
    await desk.sign_in("manager")
    await desk.get("/admin/feeds")

    status = await desk.submit("/admin/feeds", url="ftp://x", name="", locale="vi", every_hours="6")

    assert status == 422
    assert 'id="url-wrong"' in desk.html


async def test_a_file_is_looked_at_and_then_imported(desk: Desk) -> None:
    await desk.sign_in("manager")
    await open_form(desk, "/admin/content/import")
    text = "key,title_vi,price\nA,Trà,1e3\nB,<b>Bạc xỉu</b>,39000\n"
    fields = {"kind": "products"}

    status = await send(
        desk, "/admin/content/import", fields, text.encode(), name="file", filename="../../x.csv"
    )
    assert status == 303
    place = desk.headers["Location"]
    await desk.get(place)

    assert "&lt;b&gt;Bạc xỉu&lt;/b&gt;" in desk.html
    assert await Product.all().count() == 0
    assert await desk.submit(place) == 303
    assert await desk.get(place) == 200
    assert await Product.all().count() == 1
    assert ("content_imported", 1) in [(act, facts.get("new")) for act, facts in await acts()]
    await open_form(desk, "/admin/content/import")
    assert await desk.submit(place) == 303
    assert await Product.all().count() == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"", 422), (b"PK\x03\x04", 422), (b"\xff", 422), (b"x" * 3 * 1024 * 1024, 413)],
    ids=["nothing", "zip", "latin", "3 MB"],
)
async def test_a_file_that_cannot_be_read_is_a_sentence(
    desk: Desk, sent: bytes, status: int
) -> None:
    await desk.sign_in("manager")
    await open_form(desk, "/admin/content/import")

    answered = await send(desk, "/admin/content/import", {"kind": "products"}, sent, name="file")

    assert answered == status
    assert 'id="file-wrong"' in desk.html


@pytest.mark.parametrize("kind", ["products", "news"])
async def test_a_template_is_sent(desk: Desk, kind: str) -> None:
    await desk.sign_in("analyst")

    assert await desk.get(f"/admin/content/import/template/{kind}.csv") == 200

    assert "attachment" in desk.headers["Content-Disposition"]


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
