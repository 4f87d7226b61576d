"""Messages to many, in a real Chromium: readable in every state, and sent by two presses."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from domain.notices import broadcasts, recipients
from domain.notices.wording import Words
from tests.browser.shop import Shop, context_of, open_shop
from tests.browser.test_admin_looks import both_ways
from tests.domain.reporting.history import END

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGES = ("", "/new", "/{draft}", "/{sending}", "/{paused}", "/{finished}")
TEXTS = {
    "vi": Words(
        "Chào {name}, mùa mưa đã về!",
        "Ba món nóng mới chờ bạn ở {program}.\nGhé quán trong tuần này để thử nhé.",
    ),
    "en": Words("Hello {name}, the rains are here!", "Three hot drinks wait at {program}."),
}


async def _furnished(shop: Shop) -> dict[str, str]:
    """Let there be a message in every state; return their ids."""
    how: dict[str, Any] = {"by": shop.staff["owner", "vi"]}
    made = {}
    for number, status in enumerate(("finished", "paused", "sending", "draft")):
        how["now"] = END - timedelta(days=7 - 2 * number)
        plan = await broadcasts.plan(shop.program, TEXTS, screen="news", locale=None, **how)
        made[status] = str(plan.id)
        if status == "draft":
            continue
        begun = await broadcasts.confirm(shop.program, plan.id, **how)
        waiting = await recipients.waiting(begun, now=END, limit=10_000)
        some = waiting if status == "finished" else waiting[: len(waiting) // 2]
        today = how["now"].date()
        held = await recipients.hold(begun, some, today=today, tomorrow=END, now=END)
        for index, who in enumerate(held):
            outcome: recipients.Outcome = "unknown" if index == 0 else "sent"
            await recipients.settle(who, "unreachable" if index in (3, 4) else outcome)
        if status == "paused":
            await broadcasts.pause(shop.program, plan.id, **how)
        if status == "finished":
            await recipients.finish(begun, now=END)
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(postgres: str, template: str) -> AsyncIterator[Shop]:
    async with open_shop(postgres, template) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ids(shop: Shop) -> dict[str, str]:
    return await _furnished(shop)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["vi", "en"])
async def seat(
    browser: Browser, shop: Shop, ids: dict[str, str], request: Any
) -> AsyncIterator[Page]:
    context = await context_of(browser, color_scheme="light")
    yield await shop.sign_in(context, locale=request.param)
    await context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("place", PAGES)
async def test_a_page_is_readable_by_everyone(
    seat: Page, shop: Shop, ids: dict[str, str], place: str, width: int
) -> None:
    await seat.set_viewport_size({"width": width, "height": 900})
    await seat.goto(f"{shop.address}/admin/broadcasts{place.format(**ids)}")

    assert await both_ways(seat) == {}
    assert await seat.evaluate("violations") == []
    assert await seat.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_message_is_sent_by_two_presses_and_its_progress_comes_by_itself(
    browser: Browser, shop: Shop
) -> None:
    context = await context_of(browser)
    page = await shop.sign_in(context, locale="en")
    await page.goto(f"{shop.address}/admin/broadcasts/new")
    await page.fill("#en_title", "Hello {name}!")
    await page.select_option("#screen", "products")
    await page.click("text=See it before it goes")
    await page.wait_for_selector("text=As members read it")
    assert await page.locator(".bubble").count() == 2

    await page.click("summary:has-text('Send it')")
    await page.click("text=Yes, send it")
    await page.wait_for_selector("text=How far it is")
    (sent, *_) = await broadcasts.broadcasts(shop.program)
    waiting = await recipients.waiting(sent, now=END, limit=3)
    how: dict[str, Any] = {"today": END.date() + timedelta(days=9), "tomorrow": END, "now": END}
    for who in await recipients.hold(sent, waiting, **how):
        await recipients.settle(who, "sent")

    await page.wait_for_selector("#progress .count b:text-is('3')")
    assert await page.evaluate("violations") == []
    await context.close()
