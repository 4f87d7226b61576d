"""Telegram on the web puts the app into a frame of another site, where browsers keep nothing."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import FrameLocator, Page, Route, async_playwright, expect
from pytest_aiohttp.plugin import AiohttpClient

from domain.programs import Program
from miniapp.shares import PREPARE_MESSAGE
from miniapp.surface import setup
from tests.browser.conftest import _FLAGS
from tests.browser.steps import NO_STORAGE
from tests.clock import FixedClock
from tests.conftest import CHROMIUM
from tests.factories import a_product, an_article
from tests.miniapp.phone import Client, MakePhone, Phone
from web.keys import WebConfig
from web.root import application

pytestmark = pytest.mark.browser

TELEGRAM = "https://web.telegram.org/k/"
# A frame's own machine is no public site's business, but here it stands for ours.
LOOPBACK = "--disable-features=LocalNetworkAccessChecks"
HOST_PAGE = """<!doctype html><title>Telegram</title>
<iframe name="app" src="{address}" style="width: 390px; height: 800px"></iframe>
<script>
window.told = [];
addEventListener("message", ({{ data, source }}) => {{
  const {{ eventType, eventData }} = JSON.parse(data);
  told.push([eventType, eventData]);
  window.tell = (eventType) => source.postMessage(JSON.stringify({{ eventType, eventData: {{}} }}), "*");
}});
</script>"""
# What the frame may keep. No cookie; what it stores is its own, or refused by stricter browsers.
KEPT = """() => {
  const tries = { cookie: () => { document.cookie = "x=1"; return document.cookie; },
    session: () => { sessionStorage.setItem("x", "1"); return sessionStorage.getItem("x"); },
    local: () => { localStorage.setItem("x", "1"); return localStorage.getItem("x"); } };
  const kept = (look) => { try { return look(); } catch (error) { return error.name; } };
  return Object.fromEntries(Object.entries(tries).map(([name, look]) => [name, kept(look)]));
}"""


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """A browser whose owner has switched third-party cookies off."""
    settings = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings))
    async with async_playwright() as driver:
        context = await driver.chromium.launch_persistent_context(
            tmp_path,
            executable_path=CHROMIUM,
            args=[*_FLAGS, LOOPBACK],
            viewport={"width": 420, "height": 860},
            reduced_motion="reduce",
        )
        opened = await context.new_page()
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        yield opened
        await context.close()
        assert faults == []


@pytest.fixture
async def client(
    program: Program, config: WebConfig, clock: FixedClock, aiohttp_client: AiohttpClient
) -> Client:
    """The app where the chat can prepare messages."""

    async def prepare(*_said: object) -> str:
        return "prepared-1"

    app = application(config, clock=clock, redis=None)
    app[PREPARE_MESSAGE] = prepare
    setup(app)
    return await aiohttp_client(app)


async def _framed(page: Page, client: Client, phone: Phone, *, start: str = "") -> FrameLocator:
    launch = f"#tgWebAppData={quote(phone.launch(), safe='')}&tgWebAppVersion=8.0"
    address = f"http://{client.host}:{client.port}{phone.app}{launch}{start}"

    async def host(route: Route) -> None:
        html = HOST_PAGE.format(address=address.replace("&", "&amp;"))
        await route.fulfill(body=html, content_type="text/html")

    await page.route("https://web.telegram.org/**", host)
    await page.goto(TELEGRAM)
    return page.frame_locator("iframe")


@pytest.mark.parametrize("storage", ["1", "SecurityError"], ids=["partitioned", "refused"])
async def test_nothing_of_the_app_needs_what_a_frame_may_not_keep(
    a_phone: MakePhone,
    client: Client,
    program: Program,
    clock: FixedClock,
    page: Page,
    storage: str,
) -> None:
    if storage != "1":
        await page.add_init_script(NO_STORAGE)
    await an_article(program, read_seconds=1)
    product = await a_product(program)
    app = await _framed(page, client, a_phone())

    await app.get_by_role("button", name="Đồng ý").click()
    await expect(app.locator("#balance")).to_have_attribute("value", "50")
    frame = page.frame("app")
    assert frame
    assert await frame.evaluate(KEPT) == {
        "cookie": "",
        "session": storage,
        "local": storage,
    }
    await app.locator("#check-in button").click()
    await expect(app.locator("#balance")).to_have_attribute("value", "60")

    await app.locator("nav.tabs a[href$='/earn']").click()
    await app.locator("a.door[href$='/products']").click()
    await app.locator(f"a[href$='/products/{product.id}']").click()
    await app.locator("[data-share]").click()
    await page.wait_for_function(
        "() => told.some(([name]) => name === 'web_app_send_prepared_message')"
    )
    clock.advance(timedelta(seconds=2))
    await page.evaluate("tell('prepared_message_sent')")
    await expect(app.locator("#toast")).to_contain_text("+30")

    await app.locator("nav.tabs a[href$='/history']").click()
    await expect(app.locator(".month .row")).to_have_count(3)
    await app.locator(".month a.row").first.click()
    await expect(app.locator(".sheet")).to_be_visible()

    await app.locator("nav.tabs a[href$='/profile']").click()
    await app.locator("#born").fill("1994-04-12")
    await app.get_by_role("button", name="Lưu lại").click()
    await expect(app.locator("#birthday")).to_contain_text("12/04/1994")
    await app.get_by_role("button", name="English").click()
    await expect(app.locator("h1")).to_have_text("About you")

    told = [name for name, _ in await page.evaluate("told")]
    assert {"web_app_ready", "web_app_setup_back_button", "web_app_expand"} <= set(told)


async def test_a_session_that_ends_in_a_frame_is_renewed_with_the_launch_itself(
    member: Phone, client: Client, clock: FixedClock, page: Page
) -> None:
    app = await _framed(page, client, member)
    await expect(app.locator("#balance")).to_have_attribute("value", "50")

    clock.advance(timedelta(hours=3))
    await app.locator("#check-in button").click()
    await expect(app.locator("#balance")).to_have_attribute("value", "60")
    clock.advance(timedelta(hours=22))
    await app.locator("nav.tabs a[href$='/history']").click()

    await expect(app.locator('[data-note="denied"]')).to_be_visible()
    await expect(app.locator("#balance")).to_have_count(0)


async def test_a_launch_in_a_frame_opens_its_screen_and_survives_a_reload(
    member: Phone, client: Client, page: Page
) -> None:
    app = await _framed(page, client, member, start="&tgWebAppStartParam=invite")
    await expect(app.locator("#invite-link")).to_be_visible()

    frame = page.frame("app")
    assert frame
    assert frame.url.split("#")[0].endswith("/app/invite")
    await frame.evaluate("() => location.reload()")

    await expect(app.locator("#invite-link")).to_be_visible()


async def test_a_stranger_may_not_frame_the_app(member: Phone, client: Client, page: Page) -> None:
    address = f"http://{client.host}:{client.port}{member.app}"

    async def stranger(route: Route) -> None:
        await route.fulfill(
            body=f'<iframe name="app" src="{address}"></iframe>', content_type="text/html"
        )

    await page.route("https://evil.example/**", stranger)
    await page.goto("https://evil.example/")

    (frame,) = page.main_frame.child_frames
    # What the browser shows in place of a page that does not want to stand there.
    await frame.wait_for_url("chrome-error:**", wait_until="commit")
