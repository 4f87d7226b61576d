"""The whole road of a new member in a real browser, served by the real surface."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from playwright.async_api import Page, async_playwright, expect

from domain.access.links import make_link
from domain.access.sign_in_codes import answer
from domain.programs import Program
from tests.browser.conftest import _FLAGS
from tests.clock import FixedClock
from tests.conftest import CHROMIUM
from tests.factories import a_product, an_article
from tests.miniapp.phone import Client, MakePhone, Phone

pytestmark = pytest.mark.browser


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        opened = await context.new_page()
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        opened.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security" in said.text else None,
        )
        yield opened
        await browser.close()
        assert faults == []


def _site(client: Client) -> str:
    return f"http://{client.host}:{client.port}"


async def test_a_new_member_joins_checks_in_reads_and_looks_back(
    a_phone: MakePhone, client: Client, program: Program, clock: FixedClock, page: Page
) -> None:
    phone = a_phone()
    article = await an_article(program, read_seconds=1)
    await a_product(program)
    launch = f"#tgWebAppData={quote(phone.launch(), safe='')}&tgWebAppVersion=8.0"

    await page.goto(f"{_site(client)}{phone.app}{launch}")
    await page.get_by_role("button", name="Đồng ý").click()
    await expect(page.locator("#balance")).to_have_attribute("value", "50")

    await page.locator("#check-in button").click()
    await expect(page.locator("#balance")).to_have_attribute("value", "60")

    await page.locator(f"a[href$='/news/{article.id}']").first.click()
    await expect(page.locator("[data-dwell]")).to_be_visible()
    clock.advance(timedelta(seconds=1))
    await expect(page.locator("#purse")).to_contain_text("80")

    await page.locator("nav.tabs a[href$='/history']").click()
    await expect(page.locator(".month .row")).to_have_count(3)


async def test_the_printed_link_opens_the_app_signed_in(
    member: Phone, client: Client, clock: FixedClock, page: Page
) -> None:
    customer = await member.customer()
    token = await make_link(customer.program_id, "customer", customer.customer_id, now=clock.now())

    await page.goto(f"{_site(client)}{member.app}#signin={token}")

    await expect(page.locator("#balance")).to_have_attribute("value", "50")
    assert token not in page.url


async def test_a_plain_browser_comes_in_once_its_number_is_picked_in_the_chat(
    member: Phone, client: Client, program: Program, clock: FixedClock, page: Page
) -> None:
    await page.clock.install()
    await page.goto(f"{_site(client)}{member.app}")
    await page.wait_for_selector("html[data-wired]")
    await page.get_by_role("button", name="Confirm in the chat").click()
    number = await page.locator(".number").inner_text()
    link = await page.get_by_role("link", name="Open the bot").get_attribute("href") or ""

    nonce = link.partition("start=login_")[2]
    who = (await member.customer()).customer_id
    assert await answer(program.id, nonce, number, who, now=clock.now())
    await page.clock.run_for(3_000)

    await expect(page.locator("#balance")).to_have_attribute("value", "50")
    await page.reload()
    await expect(page.locator("#balance")).to_have_attribute("value", "50")
    assert nonce not in page.url
