"""The mini app's corners in a real browser: the profile, shares, launches, and no connection."""

import re

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.hosts import IOS_DAY, launch
from tests.browser.steps import CLAIM, HOST, WIRED, failing, opened, unauthorized, watched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
BACK = "Telegram.WebView.receiveEvent('back_button_pressed')"


async def _tell(page: Page, event: str, data: str = "{}") -> None:
    await page.evaluate(f"Telegram.WebView.receiveEvent('{event}', {data})")


async def _down(route: Route) -> None:
    await route.fulfill(status=503, json={"error": {"code": "unavailable", "message": "?"}})


async def _share(page: Page) -> None:
    await page.get_by_role("button", name="Chia sẻ").click()


async def test_a_launch_opens_its_screen_once_and_back_leads_home(page: Page, site: str) -> None:
    await page.add_init_script(HOST)
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}&tgWebAppStartParam=help")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Điểm hoạt động thế nào")
    assert "/app/help" in page.url
    await page.wait_for_selector(WIRED)
    await page.evaluate(BACK)
    await expect(page.locator("#balance")).to_be_visible()
    await page.reload()

    await expect(page.locator("#balance")).to_be_visible()


@pytest.mark.parametrize("place", ["//evil", "javascript:alert(1)", "https%3A%2F%2Fevil.example"])
async def test_r7_a_launch_to_anywhere_else_opens_home(page: Page, site: str, place: str) -> None:
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}&tgWebAppStartParam={place}")

    await expect(page.locator("#balance")).to_be_visible()
    assert page.url.startswith(f"{site}/p/home.vi/app#")


@pytest.mark.parametrize(
    "path",
    ["/earn", "/news", "/products", "/invite", "/history", "/history/0", "/profile", "/leave",
     "/help", "/terms", "/privacy"],
)  # fmt: skip
async def test_back_leads_home_from_a_screen_that_was_opened_directly(
    page: Page, site: str, path: str
) -> None:
    await page.add_init_script(HOST)
    await opened(page, site, path=path)
    shown = [
        data for name, data in await page.evaluate("told") if name == "web_app_setup_back_button"
    ]

    await page.evaluate(BACK)

    await expect(page.locator("#balance")).to_be_visible()
    assert shown[-1] == {"is_visible": True}


async def test_an_entry_opens_from_its_line_and_leads_to_what_it_is_linked_with(
    page: Page, site: str
) -> None:
    await opened(page, site, path="/history")

    await page.locator(".month a.row").first.click()
    await expect(page.locator(".sheet")).to_be_visible()
    assert re.search(r"/app/history/\w+", page.url)
    await page.go_back()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Lịch sử điểm")


async def test_a_birthday_becomes_words_that_cannot_be_changed(page: Page, site: str) -> None:
    saved = watched(page, "/profile/birthday")
    await opened(page, site, path="/profile")

    await page.get_by_label("Ngày sinh của bạn").fill("1994-04-12")
    await page.get_by_role("button", name="Lưu lại").click()

    await expect(page.locator("#birthday")).to_contain_text("12/04/1994")
    await expect(page.get_by_role("status")).to_contain_text("Đã lưu ngày sinh")
    assert await page.locator("#birthday input").count() == 0
    assert saved[0].post_data == "birthday=1994-04-12"


async def test_a_switch_turns_and_keeps_the_focus(page: Page, site: str) -> None:
    await opened(page, site, path="/profile")
    switch = page.get_by_role("switch").first

    await expect(switch).to_have_attribute("aria-checked", "true")
    await switch.focus()
    await page.keyboard.press("Enter")

    await expect(switch).to_have_attribute("aria-checked", "false")
    await expect(switch).to_be_focused()


async def test_another_language_speaks_at_once(page: Page, site: str) -> None:
    await opened(page, site, path="/profile")

    await page.get_by_role("button", name="English").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "/app/profile" in page.url


async def test_leaving_ends_with_a_farewell_and_a_way_back(page: Page, site: str) -> None:
    gone = watched(page, "/departure")
    await opened(page, site, path="/profile")

    await page.get_by_role("link", name="Rời chương trình").click()
    await page.get_by_label("Gõ RỜI ĐI để rời chương trình").fill("RỜI ĐI")
    await page.get_by_role("button", name="Rời chương trình").click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("Tạm biệt Ngọc Ánh")
    await page.get_by_role("link", name="Quay lại").click()
    await expect(page.get_by_role("button", name="Đồng ý và tham gia")).to_be_visible()
    assert len(gone) == 1


async def test_a_card_that_the_person_did_not_send_earns_nothing_and_says_so(
    page: Page, site: str
) -> None:
    claims = watched(page, "/actions/")
    await page.add_init_script(HOST)
    await opened(page, site, "product")

    await _share(page)
    await page.wait_for_function("() => told.some(([n]) => n === 'web_app_send_prepared_message')")
    await _tell(page, "prepared_message_failed", "{error: 'USER_DECLINED'}")

    await expect(page.locator("#share-said")).to_contain_text("Chưa gửi đi")
    await expect(page.locator("#share-hand")).to_be_hidden()
    assert claims == []


async def test_where_cards_are_not_possible_the_link_can_be_sent_and_copied(
    page: Page, site: str
) -> None:
    claims = watched(page, "/actions/")
    await page.add_init_script(HOST)
    await page.goto(f"{site}/p/product.vi/app{launch(IOS_DAY, version='7.10')}")
    await page.wait_for_selector(WIRED)

    await _share(page)
    await expect(page.locator("#share-said")).to_contain_text("có người mở là bạn nhận điểm")
    await page.get_by_role("button", name="Sao chép liên kết").click()

    await expect(page.get_by_role("status")).to_have_text("Đã sao chép liên kết")
    told = dict(await page.evaluate("told"))
    assert told["web_app_open_tg_link"]["path_full"].startswith("/share/url?url=https%3A%2F%2Ft.me")
    assert "web_app_send_prepared_message" not in told
    assert await page.input_value("#share-link") == "https://t.me/moc_rewards_bot?startapp=s_1"
    assert claims == []


async def test_a_card_that_the_host_could_not_send_leaves_the_link(page: Page, site: str) -> None:
    await page.add_init_script(HOST)
    await opened(page, site, "product")

    await _share(page)
    await page.wait_for_function("() => told.some(([n]) => n === 'web_app_send_prepared_message')")
    await _tell(page, "prepared_message_failed", "{error: 'UNSUPPORTED'}")

    await expect(page.locator("#share-hand")).to_be_visible()


async def test_a_share_with_an_old_session_is_made_again_under_its_key(
    page: Page, site: str
) -> None:
    shares = watched(page, "/shares")
    await page.add_init_script(HOST)
    await page.route("**/shares", failing(1, unauthorized))
    await opened(page, site, "product")

    await _share(page)
    await page.wait_for_function("() => told.some(([n]) => n === 'web_app_send_prepared_message')")

    keys = {share.headers["idempotency-key"] for share in shares}
    assert len(shares) == 2
    assert len(keys) == 1
    assert shares[1].headers["authorization"] == "Bearer t1"


async def test_a_renewed_session_repeats_a_write_under_the_key_that_it_had(
    page: Page, site: str
) -> None:
    writes = watched(page, "/profile/language")
    await page.route("**/profile/language", failing(1, unauthorized))
    await opened(page, site, path="/profile")

    await page.get_by_role("button", name="English").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    assert {write.post_data for write in writes} == {"locale=en"}
    assert len({write.headers["idempotency-key"] for write in writes}) == 1
    assert [write.headers["authorization"] for write in writes] == ["Bearer t0", "Bearer t1"]


@pytest.mark.parametrize(
    ("version", "is_old"),
    [("5.9", True), ("6.0", True), ("6.1", False), ("6.10", False), ("10.3", False)],
)
async def test_a_client_below_what_we_need_is_told_to_update(
    page: Page, site: str, version: str, is_old: bool
) -> None:
    starts = watched(page, "/start")

    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY, version=version)}")

    await expect(page.locator('[data-note="old"]' if is_old else "#balance")).to_be_visible()
    assert len(starts) == (0 if is_old else 1)


async def test_without_a_connection_the_data_keeps_its_hour_and_comes_back_by_itself(
    page: Page, site: str
) -> None:
    await page.clock.install()
    await opened(page, site)
    away = [True]

    async def answer(route: Route) -> None:
        await (route.abort() if away[0] else route.continue_())

    await page.route("**/p/**", answer)
    await page.click(CLAIM)

    await expect(page.locator("#strip")).to_contain_text("Số liệu lúc")
    await expect(page.locator("#balance")).to_have_text("12.480")
    await expect(page.locator(CLAIM)).to_be_disabled()
    assert await page.get_attribute(CLAIM, "title") == "Có mạng lại thì dùng được ngay"
    await page.clock.run_for(9_000)
    await expect(page.locator(CLAIM)).to_be_disabled()
    away[0] = False
    await page.clock.run_for(9_000)

    await expect(page.locator("#strip")).to_be_empty()
    await expect(page.locator(CLAIM)).to_be_enabled()


async def test_an_inner_screen_without_a_connection_falls_back_to_the_last_home(
    page: Page, site: str
) -> None:
    await opened(page, site)
    await page.route("**/start", lambda route: route.abort())

    await page.goto(f"{site}/p/home.vi/app/history{launch(IOS_DAY)}")

    await expect(page.locator("#strip")).to_contain_text("Không có kết nối")
    await expect(page.locator("#balance")).to_have_text("12.480")


async def test_while_the_server_rests_the_last_data_stays(page: Page, site: str) -> None:
    await opened(page, site)
    await page.route("**/p/home.vi/app/earn", _down)

    await page.get_by_role("link", name="Kiếm điểm", exact=True).click()

    await expect(page.locator("#strip")).to_contain_text("Chúng tôi đang dọn dẹp")
    await expect(page.locator("#balance")).to_have_text("12.480")


async def test_a_first_launch_while_the_server_rests_tries_again_by_itself(
    page: Page, site: str
) -> None:
    await page.clock.install()
    await page.route("**/start", failing(1, _down))
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")
    await expect(page.locator('[data-note="maintenance"]')).to_be_visible()

    await page.clock.run_for(31_000)

    await expect(page.locator("#balance")).to_have_text("12.480")


async def test_a_plain_browser_signs_in_by_a_number_and_out_again(page: Page, site: str) -> None:
    await page.clock.install()
    sign_ins = watched(page, "/api/v1/session")
    await page.goto(f"{site}/p/home.vi/app")
    await page.wait_for_selector(WIRED)

    await page.get_by_role("button", name="Xác nhận trong chat").click()
    await expect(page.locator(".number")).to_have_text("47")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.clock.run_for(3_000)

    await expect(page.locator("#balance")).to_have_text("12.480")
    assert sign_ins[0].headers["authorization"] == "code n.s"
    await page.get_by_role("link", name="Của tôi").click()
    await page.get_by_role("button", name="Đăng xuất").click()
    await expect(page.locator('[data-note="outside"]')).to_be_visible()
    assert await page.evaluate("sessionStorage.getItem('/p/home.vi/app:session')") is None


async def test_a_number_that_was_refused_can_be_asked_for_again(page: Page, site: str) -> None:
    await page.clock.install()
    await page.route("**/api/v1/sign-in-codes", lambda route: route.fulfill(json={"state": "over"}))
    await page.goto(f"{site}/p/home.vi/app")
    await page.wait_for_selector(WIRED)
    await page.get_by_role("button", name="Xác nhận trong chat").click()
    await expect(page.locator(".number")).to_be_visible()

    await page.clock.run_for(3_000)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Lần đăng nhập này đã kết thúc")
    await expect(page.locator(".number")).to_be_hidden()
    await page.get_by_role("button", name="Bắt đầu lại").click()

    await expect(page.locator(".number")).to_be_visible()


async def test_inside_the_chat_nobody_is_asked_to_sign_out(page: Page, site: str) -> None:
    await opened(page, site, path="/profile")

    await expect(page.locator("[data-sign-out]")).to_be_hidden()


async def test_who_is_quicker_than_a_share_counts_from_is_not_refused(
    page: Page, site: str
) -> None:
    await page.clock.install()
    claims = watched(page, "/actions/first_product_share")
    made = {"prepared_message_id": "m1", "evidence": "e", "url": "https://t.me/x", "text": "x"}
    ripe = {"claim_after": "2026-07-10T09:00:02+00:00"}
    await page.route(
        "**/shares",
        lambda route: route.fulfill(
            json=made | ripe, headers={"Date": "Fri, 10 Jul 2026 09:00:00 GMT"}
        ),
    )
    await page.add_init_script(HOST)
    await opened(page, site, "product")
    await _share(page)
    await page.wait_for_function("() => told.some(([n]) => n === 'web_app_send_prepared_message')")

    await _tell(page, "prepared_message_sent")
    await page.clock.run_for(1_500)
    assert claims == []
    await page.clock.run_for(600)

    await expect(page.get_by_role("status")).to_contain_text("+15 điểm")
