"""Staff's pages about content in a real Chromium: readable by everyone, and a picture sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page

from domain.content import editing, feeds, importing, pictures
from domain.content.categories import create_category
from domain.content.drafts import NewsDraft, ProductDraft
from domain.content.models import Feed, News, Product
from tests.browser.shop import Shop, context_of, open_shop
from tests.browser.test_admin_looks import both_ways
from tests.domain.content.sending import REFUSED, a_picture
from tests.domain.reporting.history import END

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FILE = "key,title_vi,price\nA,Trà,39000\nB,Số,1e3\n,x,1\nC,Phin,35000\n"
NAMES = ("Bạc xỉu", "Cà phê sữa đá", "Trà đào cam sả", "Bánh sừng bò bơ tỏi phô mai nướng giòn")


@dataclass
class Stocked:
    """A shop with something on its shelves, and where its pages are."""

    shop: Shop
    places: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stocked(
    postgres: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stocked]:
    pictures.configure(tmp_path_factory.mktemp("pictures"))
    async with open_shop(postgres, template) as shop:
        yield Stocked(shop, await stock(shop))
    pictures.configure(None)


async def stock(shop: Shop) -> dict[str, str]:
    """Put something of every state into the lists; return the addresses of the pages."""
    program = shop.program
    how: dict[str, Any] = {"by": shop.staff["owner", "vi"], "now": END}
    photo = await pictures.keep(program.id, a_picture())
    headings = [
        await create_category(program, {"vi": vi, "en": en}, **how)
        for vi, en in (("Cà phê", "Coffee"), ("Trà", "Tea"))
    ]
    made = [
        await editing.create_product(
            program,
            ProductDraft(
                title={"vi": name},
                body={"vi": "Nhiều sữa.\n\nÍt cà phê."},
                price=39_000 * (n % 2),
                category_id=headings[n % 2].id,
                photo=photo if n == 0 else None,
                published_at=END + timedelta(days=3) if n == 2 else None,
                is_hidden=n == 3,
            ),
            **how,
        )
        for n, name in enumerate(NAMES)
    ]
    draft = NewsDraft(title={"vi": "Mùa mưa đã về"}, summary={}, body={}, photo=photo)
    article = await editing.create_article(program, draft, **how)
    await News.filter(id=article.id).update(origin_digest="x")
    for url, result in (("a", {"code": "read", "new": 3, "changed": 1}), ("b", {"code": "x"})):
        feed = await feeds.add_feed(
            program,
            url=f"https://moc.example/{url}",
            name="",
            locale="vi",
            every_hours=6,
            shows_at_once=True,
            **how,
        )
        await Feed.filter(id=feed.id).update(read_at=END, result=result, failures=url == "b")
    sent = await importing.receive(program, "products", FILE.encode(), **how)
    return {
        "products": "/admin/products",
        "no such products": f"/admin/products?state=hidden&category={headings[0].id}",
        "product": f"/admin/products/{made[0].id}",
        "new product": "/admin/products/new",
        "news": "/admin/news",
        "article": f"/admin/news/{article.id}",
        "categories": "/admin/categories",
        "feeds": "/admin/feeds",
        "import": "/admin/content/import",
        "dry run": f"/admin/content/import/{sent}",
    }


@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_every_page_is_readable_by_everyone(
    browser: Browser, stocked: Stocked, locale: str, width: int
) -> None:
    context = await context_of(browser, viewport={"width": width, "height": 900})
    page = await stocked.shop.sign_in(context, locale=locale)
    faults: dict[str, Any] = {}

    for name, place in stocked.places.items():
        await page.goto(stocked.shop.address + place)
        if found := await both_ways(page):
            faults[name] = found
        wide = await page.evaluate("document.documentElement.scrollWidth")
        if wide > width or await page.evaluate("violations.length"):
            faults[f"{name} in {width}"] = wide

    assert faults == {}
    await context.close()


async def fill(page: Page, address: str) -> None:
    await page.goto(f"{address}/admin/products/new")
    await page.fill("[name=title_vi]", "Cà phê trứng")
    await page.fill("[name=price]", "55000")


def file(content: bytes, name: str = "ảnh.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


async def test_a_picture_is_chosen_sent_and_seen(browser: Browser, stocked: Stocked) -> None:
    context = await context_of(browser)
    page = await stocked.shop.sign_in(context)
    await fill(page, stocked.shop.address)
    assert not await page.locator("#at").is_visible()

    await page.set_input_files("#picture", file(a_picture(2400, 1800)))
    await page.click(".editor .primary")
    await page.wait_for_selector(".banner.good")

    width = await page.locator(".chosen img").evaluate("image => image.naturalWidth")
    assert width > 0
    assert await Product.filter(title={"vi": "Cà phê trứng"}).count() == 1
    await context.close()


@pytest.mark.parametrize("_case", ["svg with a script", "9 MB", "20,000 each way"])
async def test_a_refused_picture_is_explained_beside_what_was_typed(
    browser: Browser, stocked: Stocked, _case: str
) -> None:
    context = await context_of(browser)
    page = await stocked.shop.sign_in(context)
    await fill(page, stocked.shop.address)

    await page.set_input_files("#picture", file(REFUSED[_case][0]()))
    await page.click(".editor .primary")
    await page.wait_for_selector("#picture-wrong")

    assert await page.input_value("[name=title_vi]") == "Cà phê trứng"
    assert await both_ways(page) == {}
    await context.close()


async def test_products_change_places_by_keyboard(browser: Browser, stocked: Stocked) -> None:
    context = await context_of(browser)
    page = await stocked.shop.sign_in(context)
    await page.goto(f"{stocked.shop.address}/admin/products")
    second = await page.locator("tbody tr:nth-child(2) b").inner_text()

    await page.locator("tbody tr:nth-child(2) .nudge").first.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/admin/products#row-*")

    assert await page.locator("tbody tr:nth-child(1) b").inner_text() == second
    await context.close()
