"""Claiming, reading, sharing and accepting, also when something goes wrong."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.steps import CLAIM, HOST, failing, opened, unauthorized, watched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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
