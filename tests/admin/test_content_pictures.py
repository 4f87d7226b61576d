"""Pictures sent with a form: made anew, refused in words, and nothing typed is lost."""

import re
import resource
import signal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from domain.content import pictures
from domain.content.models import Product
from tests.admin.desk import Desk
from tests.admin.writing import PRODUCT, open_form, send
from tests.domain.content.sending import REFUSED, a_picture
from tests.factories import a_product, a_program

pytestmark = pytest.mark.usefixtures("place")


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
