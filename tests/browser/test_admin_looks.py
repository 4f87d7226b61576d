"""Staff's pages in a real Chromium: readable by everyone, on every screen, in every state."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request

from tests.browser.shop import REPORT, Shop, context_of, open_shop
from tests.domain.reporting.history import BEGIN, END

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
WEEKS = f"from={BEGIN.date()}&to={END.date()}"
EMPTY = "from=2020-01-01&to=2020-01-30"
State = Callable[[Page], Awaitable[object]]


async def as_it_is(_page: Page) -> None:
    """Nothing is opened."""


async def open_picker(page: Page) -> None:
    await page.locator(".picker summary").click()
    await page.locator("calendar-month button").first.wait_for()


async def mistype(page: Page) -> None:
    await open_picker(page)
    await page.locator("input[name=from]").fill("31/02/2026")
    await page.locator("input[name=to]").focus()


async def open_list(page: Page) -> None:
    await page.locator(".list summary").click()


async def open_me(page: Page) -> None:
    await page.locator(".me summary").click()


async def lose_the_server(page: Page) -> None:
    await page.route("**/customer-loyalty?**", lambda route: route.abort())
    await page.locator(".picker summary").click()
    await page.locator(".dates .primary").click()
    await page.locator("#main > .banner").wait_for()
    await page.unroute_all()


STATES: dict[str, tuple[str, State]] = {
    "report": (f"{REPORT}?{WEEKS}", as_it_is),
    "report with its list": (f"{REPORT}?{WEEKS}", open_list),
    "empty report": (f"{REPORT}?{EMPTY}", as_it_is),
    "long report": (f"{REPORT}?from=2024-06-01&to=2026-03-16", open_list),
    "date picker": (f"{REPORT}?{WEEKS}", open_picker),
    "date picker with a problem": (f"{REPORT}?{WEEKS}", mistype),
    "lost server": (f"{REPORT}?{WEEKS}", lose_the_server),
    "person's menu": (f"{REPORT}?{EMPTY}", open_me),
    "movements": (f"/admin/reports/movements?{WEEKS}&kind=redeemed,expired", as_it_is),
    "no movements": (f"/admin/reports/movements?{EMPTY}", as_it_is),
    "referrals": (f"/admin/reports/referrals?{WEEKS}", as_it_is),
    "bad range": (f"{REPORT}?from=2026-03-02&to=2026-03-01", as_it_is),
    "unknown page": ("/admin/nothing", as_it_is),
    "password": ("/admin/password?saved=1", as_it_is),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(postgres: str, template: str) -> AsyncIterator[Shop]:
    async with open_shop(postgres, template) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["vi", "en"])
async def seat(browser: Browser, shop: Shop, request: Any) -> AsyncIterator[Page]:
    """An owner's page, signed in, once for each language."""
    context = await context_of(browser, color_scheme="light")
    yield await shop.sign_in(context, locale=request.param)
    await context.close()


async def violations(page: Page, rules: list[str] = RULES) -> list[str]:
    await page.evaluate(AXE.read_text())
    result: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules})", rules
    )
    return [
        f"{found['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


async def both_ways(page: Page) -> dict[str, list[str]]:
    """What is wrong by day, and which colours are wrong by night."""
    await page.emulate_media(color_scheme="light")
    found = {"light": await violations(page)}
    await page.emulate_media(color_scheme="dark")
    found["dark"] = await violations(page, COLOURS)
    return {scheme: faults for scheme, faults in found.items() if faults}


@pytest.mark.parametrize("name", STATES)
async def test_a_page_is_readable_by_everyone(seat: Page, shop: Shop, name: str) -> None:
    path, reach = STATES[name]
    await seat.set_viewport_size({"width": 1440, "height": 900})
    await seat.goto(shop.address + path)

    await reach(seat)

    assert await both_ways(seat) == {}
    assert await seat.evaluate("violations") == []


@pytest.mark.parametrize(
    "name",
    ["report", "empty report", "date picker", "movements", "referrals", "unknown page", "password"],
)
async def test_a_page_is_readable_on_a_phone(seat: Page, shop: Shop, name: str) -> None:
    path, reach = STATES[name]
    await seat.set_viewport_size({"width": 390, "height": 844})
    await seat.goto(shop.address + path)

    await reach(seat)

    assert await both_ways(seat) == {}


async def test_the_menu_of_a_phone_is_readable(seat: Page, shop: Shop) -> None:
    await seat.set_viewport_size({"width": 390, "height": 844})
    await seat.goto(f"{shop.address}{REPORT}?{EMPTY}")

    await seat.locator(".burger summary").click()

    assert await both_ways(seat) == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
async def test_no_page_scrolls_sideways(seat: Page, shop: Shop, width: int) -> None:
    await seat.set_viewport_size({"width": width, "height": 800})
    widths = {}

    for name in (
        "report",
        "report with its list",
        "empty report",
        "date picker",
        "movements",
        "referrals",
        "unknown page",
        "password",
    ):
        path, reach = STATES[name]
        await seat.goto(shop.address + path)
        await reach(seat)
        widths[name] = await seat.evaluate("document.documentElement.scrollWidth")

    assert {name: found for name, found in widths.items() if found > width} == {}


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_whom_a_cashier_may_ask_is_readable(
    browser: Browser, shop: Shop, locale: str
) -> None:
    context = await context_of(browser)

    page = await shop.sign_in(context, "cashier", locale)

    assert await page.locator(".askable").count() == 1
    assert await both_ways(page) == {}
    await context.close()


@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_the_door_is_readable_by_everyone(
    browser: Browser, shop: Shop, locale: str, width: int
) -> None:
    context = await context_of(browser, viewport={"width": width, "height": 844})
    page = await context.new_page()
    await page.goto(f"{shop.address}/admin/sign-in?language={locale}")
    faults = [await both_ways(page)]

    await page.goto(f"{shop.address}/admin/sign-in?language={locale}#a-link-that-was-used-long-ago")
    await page.locator(".banner[role=alert]:not([hidden])").wait_for()
    await page.locator(".other summary").click()
    faults.append(await both_ways(page))

    assert faults == [{}, {}]
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await context.close()


async def test_a_fault_on_a_page_is_found(seat: Page, shop: Shop) -> None:
    await seat.emulate_media(color_scheme="light")
    await seat.goto(f"{shop.address}{REPORT}?{WEEKS}")
    await seat.evaluate("document.querySelector('.label').style.color = '#bbb'")

    assert [fault.split(":")[0] for fault in await violations(seat)] == ["color-contrast"]


async def test_a_theme_that_was_chosen_wins_over_the_systems(browser: Browser, shop: Shop) -> None:
    context = await context_of(browser, color_scheme="light")
    page = await shop.sign_in(context)

    await page.locator(".me summary").click()
    await page.locator(".me button[name=theme][value=dark]").click()
    await page.wait_for_selector("html[data-theme=dark]")

    assert (
        await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 19, 18)"
    )
    assert await violations(page, COLOURS) == []
    await context.close()


async def test_paper_shows_the_range_and_no_menu(seat: Page, shop: Shop) -> None:
    await seat.goto(f"{shop.address}{REPORT}?{WEEKS}")
    await seat.emulate_media(media="print", color_scheme="dark")

    assert await seat.locator(".side").is_hidden()
    assert await seat.locator(".picker").is_hidden()
    assert await seat.locator(".printed").is_visible()
    assert await seat.evaluate("getComputedStyle(document.body).color") == "rgb(25, 29, 27)"
    await seat.emulate_media(media="screen")


async def test_the_report_needs_little_to_load(browser: Browser, shop: Shop) -> None:
    context = await context_of(browser)
    page = await shop.sign_in(context)
    seen: list[Request] = []
    page.on("requestfinished", lambda request: seen.insert(0, request))
    month = END.date().replace(day=1)
    await page.goto(f"{shop.address}{REPORT}?from={month}&to={END.date()}")
    await page.wait_for_load_state("networkidle")
    loaded = {one.url: (await one.sizes())["responseBodySize"] for one in seen}

    weights = {url: size for url, size in loaded.items() if "woff2" not in url}
    # The page itself is not packed by us: a proxy does that, to about a seventh.
    page_weight = sum(size if "static" in url else size / 7 for url, size in weights.items())
    assert page_weight < 40_000
    assert not [url for url in loaded if "cally" in url]
    await context.close()
