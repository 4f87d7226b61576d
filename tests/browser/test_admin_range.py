"""The report in a real browser: coming in, choosing days by keyboard and pointer, going back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.shop import HOME, REPORT, Shop, context_of, open_shop
from tests.domain.reporting.history import BEGIN, END

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TODAY = END.date()
MONTH = (TODAY.replace(day=1), TODAY)
LAST_MONTH = (TODAY.replace(day=1) - timedelta(days=28), TODAY.replace(day=1) - timedelta(days=1))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(postgres: str, template: str) -> AsyncIterator[Shop]:
    async with open_shop(postgres, template) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def report(browser: Browser, shop: Shop) -> AsyncIterator[Page]:
    """The report of this month, in Vietnamese."""
    context = await context_of(browser)
    page = await shop.sign_in(context)
    await page.goto(shop.address + REPORT)
    yield page
    await context.close()


async def total(page: Page) -> str:
    return (await page.locator("#issued ~ .big a").inner_text()).strip()


async def chosen(page: Page, days: str) -> None:
    await expect(page.locator(".picker .chosen")).to_have_text(days)


async def test_the_links_token_is_in_no_address_and_no_history(
    browser: Browser, shop: Shop
) -> None:
    context = await context_of(browser)
    page = await shop.sign_in(context)

    assert page.url == f"{shop.address}{HOME}"
    await page.go_back()
    assert "#" not in page.url
    assert await page.evaluate("violations") == []
    await context.close()


async def test_days_are_chosen_with_the_keyboard_alone(report: Page, shop: Shop) -> None:
    """S0.4, S0.5: from the button to the new figures without a pointer."""
    before = await total(report)
    await report.locator(".picker summary").focus()
    await report.keyboard.press("Enter")
    await expect(report.locator(".presets")).to_be_focused()
    await report.locator("calendar-month button").first.wait_for()

    await report.keyboard.press("ArrowDown")
    await expect(report.locator("[role=option][aria-selected=true]")).to_have_text("Tháng trước")
    await report.keyboard.press("Tab")
    await expect(report.locator("input[name=from]")).to_be_focused()
    assert await report.locator("input[name=from]").input_value() == f"{LAST_MONTH[0]:%d/%m/%Y}"
    await report.keyboard.press("Enter")

    await chosen(report, f"{LAST_MONTH[0]:%d/%m/%Y} – {LAST_MONTH[1]:%d/%m/%Y}")
    assert report.url == f"{shop.address}{REPORT}?from={LAST_MONTH[0]}&to={LAST_MONTH[1]}"
    assert await total(report) != before
    await expect(report.locator(".picker summary")).to_be_focused()
    await expect(report.locator("#live")).to_have_text(
        f"{LAST_MONTH[0]:%d/%m/%Y} – {LAST_MONTH[1]:%d/%m/%Y}"
    )


async def test_back_shows_the_days_before_and_forward_those_after(report: Page) -> None:
    before = await total(report)
    await report.locator(".picker summary").click()
    await report.locator(".presets li", has_text="7 ngày qua").click()
    await report.locator(".dates .primary").click()
    week = f"{TODAY - timedelta(days=6):%d/%m/%Y} – {TODAY:%d/%m/%Y}"
    await chosen(report, week)
    after = await total(report)

    await report.go_back()
    await chosen(report, f"{MONTH[0]:%d/%m/%Y} – {MONTH[1]:%d/%m/%Y}")
    assert await total(report) == before

    await report.go_forward()
    await chosen(report, week)
    assert await total(report) == after


async def test_typed_days_count_as_soon_as_they_are_whole(report: Page, shop: Shop) -> None:
    await report.locator(".picker summary").click()
    await report.locator("input[name=from]").fill("5/2/2026")
    await report.locator("input[name=to]").fill("2026-02-20")
    await report.locator("input[name=to]").press("Enter")

    await chosen(report, "05/02/2026 – 20/02/2026")
    assert report.url.endswith("?from=2026-02-05&to=2026-02-20")


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("31/02/2026", "01/03/2026", "Hãy viết ngày theo dạng 31/12/2026."),
        ("02/03/2026", "01/03/2026", "Ngày đầu đang sau ngày cuối."),
        ("01/01/2020", "01/03/2026", "Mỗi báo cáo gồm tối đa hai năm."),
    ],
)
async def test_a_range_that_cannot_be_is_named_before_anything_is_asked(
    report: Page, first: str, last: str, reason: str
) -> None:
    before = report.url
    await report.locator(".picker summary").click()
    await report.locator("input[name=from]").fill(first)
    await report.locator("input[name=to]").fill(last)

    await report.locator(".dates .primary").click()

    await expect(report.locator("#problem")).to_have_text(reason)
    assert report.url == before
    assert await report.locator(".picker").get_attribute("open") is not None


async def test_days_are_chosen_in_the_calendar(report: Page) -> None:
    await report.locator(".picker summary").click()
    february = report.locator("calendar-month").first
    await february.locator("button", has_text="10").first.click()
    await february.locator("button", has_text="14").first.click()

    await expect(report.locator("input[name=from]")).to_have_value("10/02/2026")
    await expect(report.locator("input[name=to]")).to_have_value("14/02/2026")
    await expect(report.locator("[role=option][aria-selected=true]")).to_have_text("Tùy chọn")
    await report.locator(".dates .primary").click()

    await chosen(report, "10/02/2026 – 14/02/2026")


async def test_escape_and_cancel_leave_everything_as_it_was(report: Page) -> None:
    before = report.url
    for leave in ("Escape", "cancel"):
        await report.locator(".picker summary").click()
        await report.locator(".presets li", has_text="Hôm qua").click()
        if leave == "Escape":
            await report.keyboard.press("Escape")
        else:
            await report.locator("[data-cancel]").click()

        assert await report.locator(".picker").get_attribute("open") is None
        await expect(report.locator(".picker summary")).to_be_focused()
        assert report.url == before

    await report.locator(".picker summary").click()
    assert await report.locator("input[name=to]").input_value() == f"{TODAY:%d/%m/%Y}"


async def test_the_zone_is_part_of_the_range(report: Page) -> None:
    await report.locator(".picker summary").click()
    await report.locator("select[name=zone]").select_option("utc")
    await report.locator(".dates .primary").click()

    await expect(report.locator(".meta")).to_contain_text("UTC")
    assert "zone=utc" in report.url


async def test_the_calendar_is_fetched_when_it_is_wanted(report: Page) -> None:
    fetched: list[str] = []
    report.on("request", lambda request: fetched.insert(0, request.url))
    await report.reload()
    await report.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "cally" in url]

    await report.locator(".picker summary").click()
    await report.locator("calendar-month button").first.wait_for()
    assert [url for url in fetched if "cally" in url]


async def test_a_lost_server_leaves_the_figures_and_offers_another_try(report: Page) -> None:
    before = await total(report)
    await report.route("**/customer-loyalty?**", lambda route: route.abort())
    await report.locator(".picker summary").click()
    await report.locator(".presets li", has_text="Tháng trước").click()
    await report.locator(".dates .primary").click()
    await expect(report.locator("#main > .banner")).to_be_visible()
    assert await total(report) == before

    await report.unroute_all()
    await report.locator("[data-again]").click()

    await chosen(report, f"{LAST_MONTH[0]:%d/%m/%Y} – {LAST_MONTH[1]:%d/%m/%Y}")
    await expect(report.locator("#main > .banner")).to_have_count(0)


async def test_who_was_signed_out_comes_back_to_the_days_they_wanted(
    report: Page, shop: Shop
) -> None:
    await report.context.clear_cookies(name="__Host-admin")
    await report.locator(".picker summary").click()
    await report.locator(".presets li", has_text="Tháng trước").click()
    await report.locator(".dates .primary").click()

    await report.wait_for_selector(".entry")
    wanted = f"{REPORT}?from={LAST_MONTH[0]}&to={LAST_MONTH[1]}"
    assert await report.locator("#by-link input[name=next]").input_value() == wanted


async def test_everything_works_without_a_script(browser: Browser, shop: Shop) -> None:
    context = await context_of(browser, java_script_enabled=False)
    page = await context.new_page()
    link = await shop.link()
    await page.goto(link)
    await page.locator(".other summary").click()
    await page.locator("input[name=token]").fill(link.partition("#")[2])
    await page.locator("#by-link button").click()
    await page.locator(f'.rail > nav a[href="{REPORT}"]').click()
    await chosen(page, f"{MONTH[0]:%d/%m/%Y} – {MONTH[1]:%d/%m/%Y}")

    await page.locator(".picker summary").click()
    await page.locator(".presets a", has_text="Tháng trước").click()
    await chosen(page, f"{LAST_MONTH[0]:%d/%m/%Y} – {LAST_MONTH[1]:%d/%m/%Y}")

    await page.locator(".picker summary").click()
    await page.locator("input[name=from]").fill(f"{BEGIN:%d/%m/%Y}")
    await page.locator(".dates .primary").click()
    await chosen(page, f"{BEGIN:%d/%m/%Y} – {LAST_MONTH[1]:%d/%m/%Y}")

    await page.locator(".part td a").first.click()
    await expect(page.locator(".sums")).to_be_visible()
    await page.locator(".crumbs a").click()
    await chosen(page, f"{BEGIN:%d/%m/%Y} – {LAST_MONTH[1]:%d/%m/%Y}")
    await context.close()


async def test_a_bar_says_its_day_and_leads_to_its_movements(report: Page) -> None:
    bar = report.locator(".strip .day:has(a)").first
    await bar.hover()
    await expect(report.locator(".tip")).to_be_visible()
    issued = await report.locator(".tip span > span").first.inner_text()

    await bar.locator("a").first.click()

    await expect(report.locator(".sums")).to_contain_text(issued)


async def test_a_slice_and_its_line_light_up_together(report: Page) -> None:
    part = report.locator(".part").first
    second = part.locator("tbody tr").nth(1)

    await second.hover()

    await expect(part.locator("circle.lit")).to_have_count(1)
    share = await second.locator("td").last.inner_text()
    await expect(part.locator(".ring b")).to_have_text(share)


async def test_the_file_holds_what_the_page_shows(report: Page) -> None:
    shown_total = await total(report)
    async with report.expect_download() as waiting:
        await report.locator("a[download]").click()
    download = await waiting.value

    assert download.suggested_filename == f"moc-customer-loyalty-{MONTH[0]}-{MONTH[1]}.csv"
    path = await download.path()
    line = path.read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    assert line[0] == '"issued"'
    assert f"+{int(line[4]):,}".replace(",", ".") == shown_total
