"""A merchant's settings in a real Chromium: readable by everyone, and tried out before kept."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.shop import Shop, context_of, open_shop
from tests.browser.test_admin_looks import both_ways

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGES = (
    "overview",
    "settings",
    "settings/look",
    "settings/terms",
    "settings/policies",
    "settings/telegram",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(postgres: str, template: str) -> AsyncIterator[Shop]:
    async with open_shop(postgres, template) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["vi", "en"])
async def seat(browser: Browser, shop: Shop, request: Any) -> AsyncIterator[Page]:
    context = await context_of(browser, color_scheme="light")
    yield await shop.sign_in(context, locale=request.param)
    await context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_readable_by_everyone(
    seat: Page, shop: Shop, name: str, width: int
) -> None:
    await seat.set_viewport_size({"width": width, "height": 900})
    await seat.goto(f"{shop.address}/admin/{name}")

    assert await both_ways(seat) == {}
    assert await seat.evaluate("violations") == []
    assert await seat.evaluate("document.documentElement.scrollWidth") <= width


async def test_what_is_wrong_is_said_where_it_stands(seat: Page, shop: Shop) -> None:
    await seat.goto(f"{shop.address}/admin/settings")
    await seat.locator("#name").fill("")
    await seat.locator("#point_value").fill("nhiều")

    await seat.locator('form[action$="/settings"] button.primary').click()
    await seat.locator("#name-wrong").wait_for()

    assert await seat.locator("#point_value").input_value() == "nhiều"
    assert await seat.locator("#name").get_attribute("aria-invalid") == "true"
    assert await both_ways(seat) == {}


async def test_a_colour_is_seen_on_the_card_while_it_is_chosen(seat: Page, shop: Shop) -> None:
    await seat.goto(f"{shop.address}/admin/settings/look")
    before = await seat.locator("#preview stop").first.get_attribute("stop-color")

    await seat.locator("#accent").fill("#7a1f4d")
    await seat.wait_for_function(
        "before => document.querySelector('#preview stop').getAttribute('stop-color') !== before",
        arg=before,
    )

    assert await seat.locator("#preview svg").count() == 2
    assert await seat.evaluate("violations") == []
