"""Moving between screens and back."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.steps import HOST, opened

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_screens_have_addresses_and_back_works(page: Page, site: str) -> None:
    await page.add_init_script(HOST)
    await opened(page, site)

    await page.get_by_role("link", name="Kiếm điểm", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await expect(page).to_have_title("Kiếm điểm")
    assert "/p/home.vi/app/earn" in page.url
    await expect(page.locator(".tabs [aria-current=page]")).to_have_text("Kiếm điểm")
    await page.evaluate("Telegram.WebView.receiveEvent('back_button_pressed')")

    await expect(page.locator("#balance")).to_have_text("12.480")
    told = await page.evaluate("told")
    assert ["web_app_ready", {}] in told
    buttons = [data["is_visible"] for name, data in told if name == "web_app_setup_back_button"]
    assert buttons == [False, True, False]


async def test_an_inner_address_opens_its_screen(page: Page, site: str) -> None:
    await opened(page, site, path="/history")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Lịch sử điểm")


async def test_older_entries_are_appended_by_a_real_link(page: Page, site: str) -> None:
    await opened(page, site, "history", "/history")
    rows = page.locator(".month .row")
    before = await rows.count()

    link = page.locator("#more a")
    assert re.search(r"cursor=c2&month=2026-06$", await link.get_attribute("href") or "")
    await link.click()

    await expect(rows).to_have_count(before * 2)
