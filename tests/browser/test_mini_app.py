"""The mini app in a real browser: what it asks the server for, and what a person meets."""

import gzip
import json
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.browser.hosts import IOS_DAY, launch

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOST = """
window.told = [];
window.TelegramWebviewProxy = {postEvent: (name, data) => told.push([name, JSON.parse(data)])};
"""
NO_STORAGE = """
for (const name of ["sessionStorage", "localStorage"])
    Object.defineProperty(window, name, {get() { throw new DOMException("no", "SecurityError") }});
"""
COUNT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""
WIRED = "html[data-wired]"
CLAIM = "#check-in button"


async def opened(page: Page, site: str, name: str = "home", path: str = "") -> None:
    await page.goto(f"{site}/p/{name}.vi/app{path}{launch(IOS_DAY)}")
    await page.wait_for_selector(WIRED)


def watched(page: Page, pattern: str) -> list[Request]:
    """Collect the requests to addresses that match."""
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if pattern in request.url else None)
    return seen


def failing(times: int, answer: Callable[[Route], Awaitable[None]]) -> Callable[..., object]:
    """Answer the first requests in a way of our own, and let the others through."""
    left = [times]

    async def handle(route: Route) -> None:
        if left[0] == 0:
            await route.continue_()
            return
        left[0] -= 1
        await answer(route)

    return handle


async def unauthorized(route: Route) -> None:
    await route.fulfill(status=401, json={"error": {"code": "unauthorized", "message": "?"}})


async def test_the_balance_is_seen_after_two_requests(page: Page, site: str) -> None:
    await page.route("**/static/**", lambda route: route.abort())
    asked = watched(page, "/p/")

    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")

    await expect(page.locator("#balance")).to_have_text("12.480")
    assert [(request.method, request.url.split("?")[0].split("#")[0]) for request in asked] == [
        ("GET", f"{site}/p/home.vi/app"),
        ("POST", f"{site}/p/home.vi/app/start"),
    ]


async def test_the_first_screen_needs_at_most_30_kilobytes_of_script(page: Page, site: str) -> None:
    sizes = []
    page.on("response", lambda response: sizes.append(response) if ".m" in response.url else None)
    scripts = watched(page, "/static/")

    await opened(page, site)
    bodies = [await (await one.response()).body() for one in scripts if one.url.endswith("js")]  # type: ignore[union-attr]
    inline = await page.evaluate("[...document.scripts].map((script) => script.text).join('')")

    assert len(bodies) == 6
    assert sum(len(gzip.compress(body)) for body in [*bodies, inline.encode()]) <= 30_000


async def test_the_shell_and_the_first_fragment_are_small(page: Page, site: str) -> None:
    await opened(page, site)

    shell = await (await page.request.get(f"{site}/p/home.vi/app")).body()
    fragment = await page.inner_html("#app")

    assert len(gzip.compress(shell)) <= 16_000
    assert len(gzip.compress(fragment.encode())) <= 8_000


async def test_nothing_jumps_when_the_data_arrives(page: Page, site: str) -> None:
    waiting: list[Route] = []

    async def hold(route: Route) -> None:
        waiting.append(route)

    await page.route("**/start", hold)
    boxes = """() => [...document.querySelectorAll("main > :is(.hero, .card)")]
        .slice(0, 2).map((box) => [box.offsetTop, box.offsetHeight])"""

    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")
    before = await page.evaluate(boxes)
    await waiting[0].continue_()
    await page.wait_for_selector("#balance")
    after = await page.evaluate(boxes)

    assert [abs(a - b) <= 2 for was, now in zip(before, after, strict=True)
            for a, b in zip(was, now, strict=True)] == [True] * 4  # fmt: skip


@pytest.mark.parametrize("name", ["home", "product", "invite", "welcome"])
async def test_the_policy_is_never_broken_by_the_page_itself(
    page: Page, site: str, name: str
) -> None:
    await page.add_init_script(COUNT_VIOLATIONS)

    await opened(page, site, name)

    assert await page.evaluate("violations") == []


async def test_a_script_that_slipped_into_the_page_does_not_run(page: Page, site: str) -> None:
    await opened(page, site)

    await page.evaluate("""() => {
        const script = document.createElement("script");
        script.text = "window.slipped = true";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", '<img src="x" onerror="slipped = true">');
    }""")

    assert await page.evaluate("'slipped' in window") is False


async def test_a_hostile_name_is_only_text(page: Page, site: str) -> None:
    await opened(page, site, "home-hostile")

    await expect(page.locator("#greeting")).to_contain_text("<b>Zalgo</b>")
    assert await page.locator("#greeting b").count() == 0
    assert await page.evaluate("document.querySelector('#greeting').offsetHeight") <= 52


async def test_a_sign_in_link_leaves_no_trace_in_the_address(page: Page, site: str) -> None:
    starts = watched(page, "/start")

    await page.goto(f"{site}/p/home.vi/app#signin=abc123")
    await page.wait_for_selector("#balance")

    assert starts[0].headers["authorization"] == "link abc123"
    assert "abc123" not in page.url


async def test_the_start_parameter_goes_with_the_sign_in(page: Page, site: str) -> None:
    starts = watched(page, "/start")

    await page.goto(f"{site}/p/home.vi/app{launch()}&tgWebAppStartParam=r_7Qk2x9Ab")
    await page.wait_for_selector("#balance")

    assert json.loads(starts[0].post_data or "") == {"start_param": "r_7Qk2x9Ab"}


async def test_a_page_without_storage_works(page: Page, site: str) -> None:
    await page.add_init_script(NO_STORAGE)
    await opened(page, site)

    await page.click(CLAIM)

    await expect(page.locator("#balance")).to_have_text("12.495")


async def test_a_claim_replaces_the_whole_hero_and_says_so(page: Page, site: str) -> None:
    claims = watched(page, "/actions/daily_login")
    await opened(page, site)

    await page.click(CLAIM)

    await expect(page.locator("#balance")).to_have_text("12.495")
    await expect(page.locator("#hero .under")).to_contain_text("124.950")
    await expect(page.get_by_role("status")).to_contain_text("+15 điểm. Bạn đang có 12.495")
    await expect(page.locator("#check-in")).to_contain_text("Đã nhận")
    await expect(page.locator("#check-in-title")).to_be_focused()
    assert claims[0].headers["authorization"] == "Bearer t0"
    assert "#" not in claims[0].headers["hx-current-url"]


async def test_the_number_ends_at_the_truth_when_it_counts(page: Page, site: str) -> None:
    await page.emulate_media(reduced_motion="no-preference")
    await opened(page, site)

    await page.click(CLAIM)

    await expect(page.locator("#balance")).to_have_text("12.495")


async def test_a_retry_repeats_its_key_and_the_next_claim_has_another(
    page: Page, site: str
) -> None:
    claims = watched(page, "/actions/daily_login")
    await page.route("**/actions/**", failing(1, lambda route: route.abort()))
    await opened(page, site)

    await page.click(CLAIM)
    await expect(page.get_by_role("status")).to_contain_text("Không có kết nối")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator(CLAIM)).to_be_enabled()
    await page.click(CLAIM)
    await expect(page.locator("#balance")).to_have_text("12.495")
    await page.click("a[href$='/app']")
    await page.click(CLAIM)
    await expect(page.locator("#balance")).to_have_text("12.495")

    keys = [claim.headers["idempotency-key"] for claim in claims]
    assert keys[0] == keys[1] != keys[2]


async def test_an_expired_session_is_renewed_without_a_word(page: Page, site: str) -> None:
    sign_ins = watched(page, "/api/v1/session")
    await page.route("**/actions/**", failing(1, unauthorized))
    await opened(page, site)

    await page.click(CLAIM)

    await expect(page.locator("#balance")).to_have_text("12.495")
    assert sign_ins[0].headers["authorization"].startswith("tma user=")


async def test_a_session_that_cannot_be_renewed_shows_no_balance(page: Page, site: str) -> None:
    await page.route("**/actions/**", failing(2, unauthorized))
    await opened(page, site)

    await page.click(CLAIM)

    await expect(page.locator('[data-note="denied"]')).to_be_visible()
    assert await page.locator("#balance").count() == 0


async def test_a_refusal_is_said_in_the_servers_words(page: Page, site: str) -> None:
    refusal = {"error": {"code": "already_earned", "message": "Hôm nay bạn đã nhận rồi."}}
    await page.route("**/actions/**", lambda route: route.fulfill(status=409, json=refusal))
    await opened(page, site)

    await page.click(CLAIM)

    await expect(page.get_by_role("status")).to_contain_text("Hôm nay bạn đã nhận rồi.")


async def test_without_a_connection_the_last_data_stays_and_nothing_can_be_sent(
    page: Page, site: str
) -> None:
    await opened(page, site)
    await page.route("**/start", lambda route: route.abort())

    await page.reload()

    await expect(page.locator("#strip")).to_contain_text("Cập nhật lúc")
    await expect(page.locator("#balance")).to_have_text("12.480")
    await expect(page.locator(CLAIM)).to_be_disabled()


async def test_a_refused_sign_in_hides_the_last_data(page: Page, site: str) -> None:
    await opened(page, site)
    await page.route("**/start", unauthorized)

    await page.reload()

    await expect(page.locator('[data-note="denied"]')).to_be_visible()
    assert await page.locator("#balance").count() == 0


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


async def test_reading_earns_by_itself_once_the_seconds_are_over(page: Page, site: str) -> None:
    await page.clock.install()
    claims = watched(page, "/actions/first_news_read")
    await opened(page, site, "article")

    await page.clock.run_for(10_000)
    assert claims == []
    await page.clock.run_for(12_000)

    await expect(page.locator("#dwell")).to_contain_text("Bạn đã nhận")
    assert claims[0].post_data == "evidence=e1.abc"


async def test_a_failed_reading_claim_can_be_made_by_hand(page: Page, site: str) -> None:
    await page.clock.install()
    claims = watched(page, "/actions/first_news_read")
    await page.route("**/actions/**", failing(1, lambda route: route.fulfill(status=500)))
    await opened(page, site, "article")
    await page.clock.run_for(22_000)

    await page.get_by_role("button", name="Nhận +20").click()

    await expect(page.locator("#dwell")).to_contain_text("Bạn đã nhận")
    keys = {claim.headers["idempotency-key"] for claim in claims}
    assert len(claims) == 2
    assert len(keys) == 1


async def test_a_sent_card_is_claimed_with_its_evidence(page: Page, site: str) -> None:
    claims = watched(page, "/actions/first_product_share")
    await page.add_init_script(HOST)
    await opened(page, site, "product")

    await page.get_by_role("button", name="Chia sẻ").click()
    await page.wait_for_function(
        "() => told.some(([name]) => name === 'web_app_send_prepared_message')"
    )
    await page.evaluate("Telegram.WebView.receiveEvent('prepared_message_sent')")

    await expect(page.get_by_role("status")).to_contain_text("+15 điểm")
    assert claims[0].post_data == "evidence=e3.abc"


async def test_a_card_that_was_not_sent_claims_nothing(page: Page, site: str) -> None:
    claims = watched(page, "/actions/")
    await page.add_init_script(HOST)
    await opened(page, site, "product")

    await page.get_by_role("button", name="Chia sẻ").click()
    await page.wait_for_function(
        "() => told.some(([name]) => name === 'web_app_send_prepared_message')"
    )
    await page.evaluate(
        "Telegram.WebView.receiveEvent('prepared_message_failed', {error: 'USER_DECLINED'})"
    )

    await expect(page.get_by_role("status")).to_contain_text("Chưa gửi đi")
    assert claims == []


async def test_the_invite_link_is_copied_and_sent_inside_telegram(page: Page, site: str) -> None:
    await page.add_init_script(HOST)
    await opened(page, site, "invite")

    await page.get_by_role("button", name="Sao chép liên kết").click()
    await expect(page.get_by_role("status")).to_have_text("Đã sao chép liên kết")
    await page.get_by_role("link", name="Gửi qua Telegram").click()

    told = dict(await page.evaluate("told"))
    assert told["web_app_open_tg_link"]["path_full"].startswith("/share/url?url=https%3A%2F%2Ft.me")


async def test_accepting_the_terms_leads_home(page: Page, site: str) -> None:
    accepted = watched(page, "/registration")
    await opened(page, site, "welcome-invited")

    await page.get_by_role("button", name="Đồng ý và tham gia").click()

    await expect(page.locator("#balance")).to_have_text("0")
    await expect(page.get_by_role("status")).to_contain_text("Chào mừng bạn. +50 điểm")
    assert accepted[0].post_data == "terms_version=2026-07"
