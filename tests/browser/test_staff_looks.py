"""Security, team, audit log and the second step in a real Chromium, readable by everyone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from domain import bots
from domain.access import factors, invitations, links, staff, staff_sessions, tokens
from domain.access.models import Staff
from tests.browser.shop import Shop, context_of, open_shop
from tests.browser.test_admin_looks import both_ways
from tests.domain.access.people import PASSWORD, Device, a_colleague, with_factor
from tests.domain.reporting.history import END

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
PAGES = {
    "security": "/admin/security?welcome=1",
    "team": "/admin/team",
    "member": "/admin/team/{owner}?done=role",
    "invited": "/admin/team/{invited}",
    "service": "/admin/team/{service}",
    "audit log": "/admin/audit-log",
    "nothing in the log": "/admin/audit-log?from_day=2020-01-01&to_day=2020-01-02",
    "bad filter": "/admin/audit-log?from_day=yesterday",
}


async def furnished(shop: Shop) -> dict[str, str]:
    """Give the shop a team with something of everything; return the ids that pages need."""
    owner = shop.staff["owner", "vi"]
    how: dict[str, Any] = {"by": owner, "now": END}
    await invitations.invite(
        shop.program, login="bao@moc.vn", name="Nguyễn Hoàng Quốc Bảo", role="manager", **how
    )
    await tokens.issue_token(shop.program, "nightly-export", END, role="analyst", by=owner)
    for member in (owner, shop.staff["owner", "en"]):
        await staff_sessions.open_session(member, address="203.0.113.7", browser=PHONE, now=END)
    bot: dict[str, Any] = {"token": f"7000000001:{'x' * 30}", "bot_id": 7000000001}
    await bots.connect(shop.program, username="moc_bot", **bot, **how)
    await bots.set_login_secret(shop.program, "from BotFather", **how)
    await with_factor(shop.staff["cashier", "en"], shop.program, now=END)
    return {
        "owner": str(shop.staff["cashier", "en"].id),
        "invited": str((await Staff.get(login="bao@moc.vn")).id),
        "service": str((await Staff.get(login="nightly-export")).id),
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(postgres: str, template: str) -> AsyncIterator[Shop]:
    async with open_shop(postgres, template) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ids(shop: Shop) -> dict[str, str]:
    return await furnished(shop)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["vi", "en"])
async def seat(
    browser: Browser, shop: Shop, ids: dict[str, str], request: Any
) -> AsyncIterator[Page]:
    context = await context_of(browser, color_scheme="light")
    yield await shop.sign_in(context, locale=request.param)
    await context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
async def test_a_page_is_readable_by_everyone(
    seat: Page, shop: Shop, ids: dict[str, str], name: str, width: int
) -> None:
    await seat.set_viewport_size({"width": width, "height": 900})
    await seat.goto(shop.address + PAGES[name].format(**ids))

    assert await both_ways(seat) == {}
    assert await seat.evaluate("violations") == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
async def test_no_page_scrolls_sideways(
    seat: Page, shop: Shop, ids: dict[str, str], width: int
) -> None:
    await seat.set_viewport_size({"width": width, "height": 800})
    widths = {}

    for name, path in PAGES.items():
        await seat.goto(shop.address + path.format(**ids))
        widths[name] = await seat.evaluate("document.documentElement.scrollWidth")

    assert {name: found for name, found in widths.items() if found > width} == {}


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_what_is_shown_once_is_readable_and_copied(
    browser: Browser, shop: Shop, ids: dict[str, str], locale: str
) -> None:
    context = await context_of(browser, permissions=["clipboard-read", "clipboard-write"])
    page = await shop.sign_in(context, locale=locale)
    await page.goto(f"{shop.address}/admin/team/{ids['invited']}")
    await page.locator("form[action$=invitation] button").click()
    link = await page.locator("#secret").input_value()

    await page.locator("[data-copy]").click()

    await page.locator("#live", has_text="Đã sao chép" if locale == "vi" else "Copied").wait_for()
    assert await page.evaluate("navigator.clipboard.readText()") == link
    assert await both_ways(page) == {}
    await context.close()


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_a_second_step_is_turned_on_and_asked_for(
    browser: Browser, shop: Shop, ids: dict[str, str], locale: str
) -> None:
    """The whole way in a browser: scan, confirm, keep the codes, come back with one."""
    member = await a_colleague(shop.program, login=f"hoa-{locale}", password=PASSWORD, now=END)
    await staff.set_locale(member, locale)
    link = await links.make_link(shop.program.id, "staff", member.id, now=END)
    context = await context_of(browser)
    page = await context.new_page()
    await page.goto(f"{shop.address}/admin/sign-in#{link}")
    await page.wait_for_selector(".framed")
    faults = {}

    await page.goto(f"{shop.address}/admin/security")
    await page.locator("form[action$=second-step] button").click()
    await page.locator(".scan svg").wait_for()
    faults["set-up"] = await both_ways(page)
    setup = await factors.waiting(member, shop.program)
    assert setup is not None
    await page.locator("#code").fill(Device(setup.secret).code(END))
    await page.locator("form[action$=confirmation] .primary").click()
    await page.locator(".recovery li").first.wait_for()
    faults["codes"] = await both_ways(page)
    codes = await page.locator(".recovery li").all_text_contents()
    await page.goto(f"{shop.address}/admin/security")
    await page.locator(".fold summary").last.click()
    faults["on"] = await both_ways(page)
    await context.clear_cookies()
    await page.goto(f"{shop.address}/admin/sign-in?language={locale}")
    await page.locator("input[name=login]").fill(member.login)
    await page.locator("input[name=password]").fill(PASSWORD)
    faults["door"] = await both_ways(page)
    await page.locator("button.primary").click()
    await page.locator("input[autocomplete=one-time-code]").fill("000000")
    await page.locator("button.primary").click()
    await page.locator(".banner[role=alert]").wait_for()
    await page.locator(".other summary").click()
    faults["second step"] = await both_ways(page)
    await page.locator(".other input[name=code]").fill(codes[0].lower())
    await page.locator(".other button").click()
    await page.wait_for_selector(".framed")

    assert {name: found for name, found in faults.items() if found} == {}
    await context.close()
