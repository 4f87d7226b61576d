"""Products and news with the merchant's pictures, categories and sources."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.access.staff import create_staff
from domain.content import pictures
from domain.content.categories import create_category
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.content.sending import a_picture
from tests.factories import a_product, an_article
from tests.miniapp.phone import Phone

NOW = MONDAY_NOON


@pytest.fixture(autouse=True)
def place(tmp_path: Path) -> Iterator[None]:
    pictures.configure(tmp_path)
    yield
    pictures.configure(None)


async def page(phone: Phone, path: str) -> str:
    response = await phone.get(f"{phone.app}{path}")
    assert response.status == 200
    return await response.text()


async def test_a_photo_is_shown_in_the_width_that_fits_and_moves_nothing(
    member: Phone, program: Program
) -> None:
    photo = await pictures.keep(program.id, a_picture(1600, 1200))
    product = await a_product(program, photo=photo)
    await an_article(program, photo=photo)

    for path in ("/products", f"/products/{product.id}", "/news", "/"):
        html = await page(member, path)
        (image,) = re.findall(r"<img [^>]*>", html)
        assert f'src="/p/moc/pictures/{photo}-640.webp"' in image
        assert f"{photo}-320.webp 320w, " in image
        assert 'width="1280" height="960" loading="lazy"' in image
        assert 'alt=""' in image

    address = f"/p/moc/pictures/{photo}-320.webp"
    assert (await member.client.get(address)).status == 200


async def test_where_there_is_no_photo_the_drawing_stays(member: Phone, program: Program) -> None:
    await a_product(program)

    html = await page(member, "/products")

    assert "<img" not in html
    assert 'class="cover' in html


async def test_the_api_tells_where_a_photo_is(member: Phone, program: Program) -> None:
    photo = await pictures.keep(program.id, a_picture())
    product = await a_product(program, photo=photo)
    await an_article(program)

    shown = await member.gets(f"products/{product.id}")
    news = await member.gets("news")

    assert shown["photo"] == f"/p/moc/pictures/{photo}-640.webp"
    assert news["items"][0]["photo"] is None


async def test_products_are_narrowed_to_a_category(member: Phone, program: Program) -> None:
    staff = await create_staff(program, login="lan", name="Lan", role="manager", now=NOW)
    made = [
        await create_category(program, {"vi": name}, by=staff, now=NOW)
        for name in ("Trà", "Cà phê", "Trống")
    ]
    await a_product(program, title={"vi": "Trà đào"}, category_id=made[0].id)
    assert 'class="chips"' not in await page(member, "/products")
    await a_product(program, title={"vi": "Bạc xỉu"}, category_id=made[1].id)

    everything = await page(member, "/products")
    tea = await page(member, f"/products?category={made[0].id}")
    unknown = await page(member, "/products?category=%3Cscript%3E")

    assert re.findall(r'id="chip-[^>]*>([^<]+)</a>', everything) == ["Tất cả", "Trà", "Cà phê"]
    assert "Bạc xỉu" in everything
    assert "Trà đào" in tea
    assert "Bạc xỉu" not in tea
    assert "Bạc xỉu" in unknown


async def test_an_article_of_a_feed_leads_to_where_it_was_told_first(
    member: Phone, program: Program
) -> None:
    article = await an_article(program, source_url="https://moc.example/rain")

    html = await page(member, f"/news/{article.id}")

    assert 'href="https://moc.example/rain" target="_blank" rel="noopener nofollow"' in html
