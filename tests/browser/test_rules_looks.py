"""Rules, campaigns and decisions in a real Chromium: readable, and a change is seen before it is kept."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from domain import db
from domain.access import staff
from domain.earning.campaign_changes import end_campaign, plan_campaign
from domain.earning.claims import claim
from domain.earning.rule_changes import revise
from domain.earning.rule_values import RuleValues
from tests.browser.shop import Shop, context_of, open_shop
from tests.browser.test_admin_looks import both_ways
from tests.domain.earning.planning import a_plan
from tests.domain.reporting.history import END
from tests.factories import a_key

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY = timedelta(days=1)
OPEN = """document.querySelectorAll("main details:not(.confirm)").forEach((each) => {
    each.open = true;
})"""
PAGES = {
    "rules": "rules",
    "rule with a planned version": "rules/daily_login",
    "rule with assumed habits": "rules/referrer_reward",
    "rule of once ever": "rules/first_news_read",
    "campaigns": "campaigns",
    "new campaign": "campaigns/new",
    "running campaign": "campaigns/{running}",
    "planned campaign": "campaigns/{planned}",
    "stopped campaign": "campaigns/{stopped}",
    "decisions": "decisions",
    "no decisions": "decisions?customer=nobody",
}


async def furnished(shop: Shop) -> dict[str, str]:
    """Give the shop versions, campaigns and attempts; return the ids that pages need."""
    program, owner = shop.program, shop.staff["owner", "vi"]
    how: dict[str, Any] = {"by": owner, "now": END}
    daily = RuleValues(points=15, enabled=True, settings={"weekly_bonus": 60})
    lasting: dict[str, Any] = {"lifetime_kind": "months", "lifetime_count": 6}
    await revise(program, "daily_login", daily, opened=1, by=owner, now=END - 5 * DAY)
    later = RuleValues(points=20, enabled=True, settings={"weekly_bonus": 60}, **lasting)
    await revise(program, "daily_login", later, opened=2, starts_at=END + 3 * DAY, **how)
    off = RuleValues(points=30, enabled=False)
    await revise(program, "first_product_share", off, opened=1, **how)
    capped = RuleValues(points=20, enabled=True, daily_cap=5, holding_days=3)
    await revise(program, "new_user_referral", capped, opened=1, **how)
    limited: dict[str, Any] = {"budget": 5000, "customer_cap": 100}
    running = a_plan(ends_at=END + 5 * DAY, **limited)
    wide = a_plan(
        name="Sinh nhật quán", action=None, multiplier=Decimal("1.5"), starts_at=END + 2 * DAY,
        ends_at=END + 9 * DAY,
    )  # fmt: skip
    made = {
        "running": await plan_campaign(program, running, by=owner, now=END - 2 * DAY),
        "planned": await plan_campaign(program, wide, **how),
        "stopped": await plan_campaign(
            program, a_plan(name="Cuối tuần mưa", ends_at=END + DAY), by=owner, now=END - 6 * DAY
        ),
    }
    await end_campaign(program, made["stopped"].id, by=owner, now=END - 4 * DAY)
    await _attempts(shop)
    return {name: str(campaign.id) for name, campaign in made.items()}


async def _attempts(shop: Shop) -> None:
    async with db.reading() as connection:
        rows = await connection.fetch(
            "select customer_id from customer where program_id = $1 and registered_at is not null"
            " and name <> 'Bạn 5' order by joined_at limit 6",
            shop.program.id,
        )
    for row in rows:
        for action in ("daily_login", "daily_login", "first_product_view"):
            await claim(
                shop.program,
                row["customer_id"],
                action,
                evidence=None,
                channel="mini_app",
                now=END,
                request=a_key(row["customer_id"]),
            )


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


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_readable_by_everyone(
    seat: Page, shop: Shop, ids: dict[str, str], name: str, width: int
) -> None:
    await seat.set_viewport_size({"width": width, "height": 900})
    await seat.goto(f"{shop.address}/admin/{PAGES[name].format(**ids)}")
    await seat.evaluate(OPEN)

    assert await both_ways(seat) == {}
    assert await seat.evaluate("violations") == []
    assert await seat.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["rules", "rule with a planned version", "decisions"])
async def test_nothing_is_too_wide_for_a_narrow_phone(
    seat: Page, shop: Shop, ids: dict[str, str], name: str
) -> None:
    await seat.set_viewport_size({"width": 320, "height": 700})
    await seat.goto(f"{shop.address}/admin/{PAGES[name].format(**ids)}")

    assert await seat.evaluate("document.documentElement.scrollWidth") <= 320


async def test_what_a_value_would_mean_is_seen_while_it_is_typed(seat: Page, shop: Shop) -> None:
    await seat.set_viewport_size({"width": 1440, "height": 900})
    await seat.goto(f"{shop.address}/admin/rules/daily_login")
    assert await seat.locator("#preview .change").count() == 0

    await seat.locator("#points").fill("25")
    await seat.locator("#preview .change").first.wait_for()

    assert "+10" in await seat.locator("#preview .change").first.inner_text()
    assert await both_ways(seat) == {}
    assert await seat.evaluate("violations") == []


async def test_fields_that_do_not_matter_are_not_shown(seat: Page, shop: Shop) -> None:
    await seat.goto(f"{shop.address}/admin/rules/first_news_read")
    shown = {name: seat.locator(f"#{name}") for name in ("lifetime_count", "lifetime_on")}
    assert [await field.is_visible() for field in shown.values()] == [False, False]

    await seat.locator("[name=lifetime_kind][value=date]").check()
    assert [await field.is_visible() for field in shown.values()] == [False, True]

    await seat.locator("[name=lifetime_kind][value=days]").check()
    assert [await field.is_visible() for field in shown.values()] == [True, False]


async def test_what_is_wrong_is_said_beside_its_field(seat: Page, shop: Shop) -> None:
    await seat.goto(f"{shop.address}/admin/rules/daily_login")
    await seat.locator("#points").fill("2000000")
    await seat.locator("[name=starts][value=at]").check()

    await seat.locator("#rule button.primary").click()
    await seat.locator("#starts_at-wrong").wait_for()

    assert await seat.locator("#points").input_value() == "2000000"
    assert await both_ways(seat) == {}


@pytest.mark.parametrize("locale", ["vi", "en"])
async def test_whoever_may_only_read_sees_everything_and_why_nothing_can_be_changed(
    browser: Browser, shop: Shop, ids: dict[str, str], locale: str
) -> None:
    if ("analyst", locale) not in shop.staff:
        member = await staff.create_staff(
            shop.program, login=f"analyst-{locale}", name="Minh", role="analyst", now=END
        )
        await staff.set_locale(member, locale)
        shop.staff["analyst", locale] = member
    context = await context_of(browser)
    page = await shop.sign_in(context, "analyst", locale)

    for name in ("rules", "rule with a planned version", "running campaign"):
        await page.goto(f"{shop.address}/admin/{PAGES[name].format(**ids)}")
        assert await page.locator("main fieldset.bare[disabled]").count() == 1
        assert await page.locator(".barred").count() == 1
        assert await both_ways(page) == {}
    await context.close()
