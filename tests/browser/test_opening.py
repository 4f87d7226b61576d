"""What happens between the tap in the chat and the first balance."""

import gzip
import json

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.hosts import IOS_DAY, launch
from tests.browser.steps import CLAIM, COUNT_VIOLATIONS, NO_STORAGE, opened, unauthorized, watched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


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


async def test_without_a_connection_the_last_data_stays_and_nothing_can_be_sent(
    page: Page, site: str
) -> None:
    await opened(page, site)
    await page.route("**/start", lambda route: route.abort())

    await page.reload()

    await expect(page.locator("#strip")).to_contain_text("Số liệu lúc")
    await expect(page.locator("#balance")).to_have_text("12.480")
    await expect(page.locator(CLAIM)).to_be_disabled()


async def test_a_refused_sign_in_hides_the_last_data(page: Page, site: str) -> None:
    await opened(page, site)
    await page.route("**/start", unauthorized)

    await page.reload()

    await expect(page.locator('[data-note="denied"]')).to_be_visible()
    assert await page.locator("#balance").count() == 0
