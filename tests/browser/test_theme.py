"""Whatever colours a host brings, words stay readable on the page that is made of them."""

from itertools import product
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.hosts import HOSTILE, IOS_DAY, TELEGRAM_DARK, Theme, launch
from web.colours import contrast

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BRANDS = [
    {"accent": "#14624f", "accentDark": "#62cfa9", "gold": "#f6b756"},
    {"accent": "#ffd400", "accentDark": "#ffe680", "gold": "#ff5a5f"},
    {"accent": "#e6f0ff", "accentDark": "#101010", "gold": "#ffffff"},
    {"accent": "#777777", "accentDark": "#777777", "gold": "#777777"},
]


def plain(page: str, surface: str, text: str, hint: str) -> Theme:
    return {
        "bg_color": surface,
        "secondary_bg_color": page,
        "text_color": text,
        "hint_color": hint,
    }


PALETTES: dict[str, Theme] = {
    "ios day": IOS_DAY,
    "telegram dark": TELEGRAM_DARK,
    "hostile": HOSTILE,
    "android day": plain("#f0f0f0", "#ffffff", "#222222", "#a8a8a8"),
    "ios night": plain("#000000", "#1c1c1d", "#ffffff", "#8e8e92"),
    "zalo": plain("#f4f5f6", "#ffffff", "#141415", "#767a7f"),
    "nothing but a ground": {"bg_color": "#ffffff"},
    "nothing but a dark ground": {"bg_color": "#0e1621"},
    "white on white": plain("#ffffff", "#ffffff", "#ffffff", "#ffffff"),
    "black on black": plain("#000000", "#000000", "#000000", "#000000"),
    "grey on grey": plain("#777777", "#777777", "#777777", "#777777"),
    "light grey": plain("#bcbcbc", "#c8c8c8", "#999999", "#a0a0a0"),
    "dark grey": plain("#555555", "#5e5e5e", "#8a8a8a", "#707070"),
    "white and black grounds": plain("#000000", "#ffffff", "#ffffff", "#888888"),
    "black and white grounds": plain("#ffffff", "#000000", "#000000", "#888888"),
    "red": plain("#ff0000", "#ff4444", "#00ff00", "#ffff00"),
    "blue": plain("#0000ff", "#2222aa", "#ff0000", "#00ffff"),
    "lime": plain("#00ff00", "#88ff00", "#ffffff", "#ffffaa"),
    "purple": plain("#3b0a57", "#52157a", "#c08cff", "#7a3ea8"),
    "sepia": plain("#f4ecd8", "#fbf5e6", "#5b4636", "#b09a80"),
    "teal": plain("#0f766e", "#14b8a6", "#99f6e4", "#5eead4"),
    "pink": plain("#fce7f3", "#fbcfe8", "#f472b6", "#f9a8d4"),
    "navy": plain("#0b1d3a", "#12294f", "#dbe7ff", "#50658c"),
    "three digits": plain("#eee", "#fff", "#333", "#aaa"),
}
TEXT_ON = [
    *product(["text", "muted", "accent", "gold", "danger"], ["page", "surface", "track"]),
    ("accent", "accent-soft"),
    ("gold", "gold-soft"),
    ("danger", "danger-soft"),
    ("label", "accent"),
]
SHAPE_ON = [("gold-line", "surface"), ("gold-line", "gold-soft")]


def as_hex(parts: list[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


async def repaired(page: Page, theme: Theme, brand: dict[str, str]) -> dict[str, str]:
    made: dict[str, Any] = await page.evaluate(
        "([theme, brand]) => Boot.repaired(theme, brand)", [theme, brand]
    )
    return {name: as_hex(parts) for name, parts in made.items() if name != "dark"}


async def test_words_and_shapes_stand_out_under_every_palette(page: Page, site: str) -> None:
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")
    weak = {}

    for (name, theme), brand in product(PALETTES.items(), BRANDS):
        made = await repaired(page, theme, brand)
        for least, pairs in ((4.5, TEXT_ON), (3.0, SHAPE_ON)):
            for ink, ground in pairs:
                ratio = contrast(made[ink], made[ground])
                if ratio < least:
                    weak[f"{name}, {brand['accent']}: {ink} on {ground}"] = round(ratio, 2)

    assert weak == {}


async def test_a_readable_palette_is_left_as_the_host_made_it(page: Page, site: str) -> None:
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")

    made = await repaired(page, IOS_DAY, BRANDS[0])

    assert (made["page"], made["surface"], made["text"]) == ("#efeff4", "#ffffff", "#000000")
    assert made["accent"] == "#14624f"


async def test_a_card_can_be_told_from_the_page(page: Page, site: str) -> None:
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")

    alike = []
    for name, theme in PALETTES.items():
        made = await repaired(page, theme, BRANDS[0])
        if contrast(made["page"], made["surface"]) < 1.07:
            alike.append(name)

    assert alike == []


async def test_the_page_follows_when_the_host_changes_its_theme(page: Page, site: str) -> None:
    await page.goto(f"{site}/p/home.vi/app{launch(IOS_DAY)}")
    await page.wait_for_selector("html[data-wired]")

    await page.evaluate(
        "theme => Telegram.WebView.receiveEvent('theme_changed', {theme_params: theme})",
        TELEGRAM_DARK,
    )

    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
