"""Where content comes from besides the desk: feeds and files."""

from typing import Any

import pytest

from domain.content.models import Feed, Product
from tests.admin.desk import Desk, acts
from tests.admin.writing import open_form, press, send

pytestmark = pytest.mark.usefixtures("place")


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
