"""Every screen, in every state, theme and language, has nothing that axe-core objects to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from tests.browser.hosts import HOSTILE, IOS_DAY, TELEGRAM_DARK, Theme, launch
from tests.miniapp.samples import samples

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a change of theme can break.
COLOURS = ["color-contrast", "link-in-text-block"]
# Tall enough that no bar covers what is to be measured.
PHONE: ViewportSize = {"width": 390, "height": 3200}
# On gradients axe-core cannot measure; tests/miniapp/test_looks.py does it for them.
ON_GRADIENTS = ".hero, .banner, .invitation, .gate, .story, .toast, .dwell svg"
SETTLED = "#app:not([aria-busy])"
UNDECIDED = """([incomplete, known]) => incomplete.flatMap(({id, nodes}) => nodes
    .filter(({target, any}) => !document.querySelector(target).closest(known)
        && (any[0] || {data: {}}).data?.messageKey !== "shortTextContent")
    .map(({html}) => `${id} undecided: ${html.slice(0, 160)}`))
"""
PLAY = """async ([address, locale]) => {
    const answer = await fetch(address, {method: "POST", headers: {Authorization: "tma x"}});
    document.getElementById("app").innerHTML = await answer.text();
    document.documentElement.lang = locale;
    // What a picture clips still counts as lying over its neighbours, so pictures are emptied.
    document.querySelectorAll("svg.cover").forEach((cover) => cover.replaceChildren());
    document.getElementById("toast").replaceChildren();
    scrollTo(0, 0);
}"""

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(browser: Browser, site: str) -> AsyncIterator[Page]:
    """One page that plays all samples: opening a shell for each would take minutes."""
    page = await browser.new_page(viewport=PHONE, reduced_motion="reduce")
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")
    await page.wait_for_selector(SETTLED)
    await page.evaluate(AXE.read_text())
    yield page
    await page.close()


async def play(stage: Page, name: str, locale: str, theme: Theme) -> None:
    await stage.evaluate(PLAY, [f"/p/{name}.{locale}/app/start", locale])
    await stage.evaluate("theme => { Boot.dress(theme) }", theme)


async def violations(page: Page, rules: list[str] = RULES) -> list[str]:
    """What axe-core objects to, or could not decide outside the gradients."""
    result: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules})", rules
    )
    unsure: list[str] = await page.evaluate(UNDECIDED, [result["incomplete"], ON_GRADIENTS])
    return unsure + [
        f"{found['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("name", samples("vi"))
async def test_a_screen_is_readable_by_everyone(stage: Page, name: str) -> None:
    problems = {}

    for locale in ("vi", "en"):
        await play(stage, name, locale, IOS_DAY)
        problems[f"{locale} light"] = await violations(stage)
        for look, theme in {"dark": TELEGRAM_DARK, "hostile": HOSTILE}.items():
            await stage.evaluate("theme => { Boot.dress(theme) }", theme)
            problems[f"{locale} {look}"] = await violations(stage, COLOURS)

    assert {key: found for key, found in problems.items() if found} == {}


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_no_screen_is_wider_than_the_narrowest_phone(stage: Page, locale: str) -> None:
    await stage.set_viewport_size({"width": 320, "height": 640})
    widths = {}

    for name in samples(locale):
        await play(stage, name, locale, IOS_DAY)
        widths[name] = await stage.evaluate("document.documentElement.scrollWidth")
    await stage.set_viewport_size(PHONE)

    assert {name: width for name, width in widths.items() if width != 320} == {}


async def test_a_fault_on_a_screen_is_found(stage: Page) -> None:
    await play(stage, "home", "vi", IOS_DAY)
    await stage.evaluate("document.querySelector('.words small').style.color = '#bbb'")

    assert [fault.split(":")[0] for fault in await violations(stage)] == ["color-contrast"]


@pytest.mark.parametrize(
    ("slug", "fragment", "note"),
    [
        ("home", "", "outside"),
        ("home", launch(version="5.9"), "old"),
        ("401", launch(), "denied"),
        ("401", "#signin=used-link", "used"),
        ("500", launch(), "broken"),
        ("503", launch(), "maintenance"),
        ("home", "#login=refused", "refused"),
    ],
    ids=lambda value: value if len(value) < 12 else "launch",
)
@pytest.mark.parametrize("locale", ["vi", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_without_data_is_readable_by_everyone(
    page: Page, site: str, slug: str, fragment: str, note: str, locale: str, scheme: Any
) -> None:
    await page.emulate_media(color_scheme=scheme)

    await page.goto(f"{site}/p/{slug}.{locale}/app{fragment}")
    await page.wait_for_selector(f'[data-note="{note}"]')
    await page.evaluate(AXE.read_text())

    assert await violations(page) == []
    assert await page.locator("#balance").count() == 0


async def test_the_waiting_page_is_readable_by_everyone(page: Page, site: str) -> None:
    await page.route("**/app/start", lambda _route: None)

    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}", wait_until="commit")
    await page.wait_for_selector(".waiting")
    await page.evaluate(AXE.read_text())

    assert await violations(page) == []


async def test_what_a_share_came_to_is_readable_by_everyone(page: Page, site: str) -> None:
    await page.set_viewport_size(PHONE)
    await page.goto(f"{site}/p/product.vi/app{launch(IOS_DAY, version='7.10')}")
    await page.wait_for_selector("html[data-wired]")

    await page.click("[data-share]")
    await page.wait_for_selector("#share-link")
    await page.evaluate(
        "document.querySelectorAll('svg.cover').forEach((one) => one.replaceChildren())"
    )
    await page.evaluate(AXE.read_text())

    assert await violations(page) == []


async def test_the_last_data_without_a_connection_is_readable_by_everyone(
    page: Page, site: str
) -> None:
    await page.goto(f"{site}/p/home.vi/app{launch(TELEGRAM_DARK)}")
    await page.wait_for_selector("html[data-wired]")

    await page.evaluate("dispatchEvent(new Event('offline'))")
    await page.wait_for_selector("#strip section")
    await page.evaluate(AXE.read_text())

    assert await violations(page) == []


async def test_a_number_that_is_over_is_readable_by_everyone(page: Page, site: str) -> None:
    await page.clock.install()
    await page.route("**/api/v1/sign-in-codes", lambda route: route.fulfill(json={"state": "over"}))
    await page.goto(f"{site}/p/home.en/app")
    await page.wait_for_selector("html[data-wired]")
    await page.click("[data-ask-code]")
    await page.wait_for_selector(".number")

    await page.clock.run_for(3_000)
    await page.wait_for_selector("main.over")
    await page.evaluate(AXE.read_text())
    await page.clock.resume()

    assert await violations(page) == []
