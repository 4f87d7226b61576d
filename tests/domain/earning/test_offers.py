from datetime import UTC, date, datetime, timedelta

from domain.content.evidence import view_product
from domain.customers.models import Customer
from domain.earning.actions import ACTIONS
from domain.earning.claims import claim
from domain.earning.lifetime import start_of
from domain.earning.offers import Offer, offers
from domain.earning.rules import change_rule
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_product, a_program, a_visitor

NOW = MONDAY_NOON
DAY = timedelta(days=1)


async def _offered(program: Program, customer: Customer, now: datetime) -> dict[str, Offer]:
    return {o.action.code: o for o in await offers(program, customer, now=now)}


async def _claims(
    program: Program, customer: Customer, action: str, now: datetime, token: str | None = None
) -> int:
    verdict = await claim(
        program,
        customer.customer_id,
        action,
        evidence=token,
        channel="miniapp",
        now=now,
        request=a_key(customer.customer_id),
    )
    return verdict.status


async def test_a_visitor_sees_what_a_member_may_claim_as_locked(opened: str) -> None:
    program = await a_program()
    visitor = await a_visitor(program)

    found = await _offered(program, visitor, NOW)

    assert list(found) == [code for code, action in ACTIONS.items() if action.points]
    assert {code for code, o in found.items() if o.state == "locked"} == {
        code for code, action in ACTIONS.items() if action.claimable
    }
    assert found["new_account_registration"].state == "available"
    assert found["referrer_reward"].points == 100


async def test_what_is_once_ever_is_done_after_its_claim(opened: str) -> None:
    program = await a_program()
    member, product = await a_member(program), await a_product(program)
    seen = await view_product(program, member.customer_id, product.id, now=NOW)

    before = (await _offered(program, member, NOW))["first_product_view"]
    await _claims(program, member, "first_product_view", seen.claim_after, seen.token)
    after = await _offered(program, member, seen.claim_after)

    assert (before.state, before.claimed) == ("available", 0)
    view, joined = after["first_product_view"], after["new_account_registration"]
    assert (view.state, view.claimed, view.until) == ("done", 1, None)
    assert joined.state == "done"
    assert after["first_news_read"].state == "available"


async def test_a_daily_login_is_done_until_midnight_of_the_program(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    late = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)  # a minute to midnight
    midnight = start_of(date(2026, 3, 3), "Asia/Ho_Chi_Minh")

    open_till_claimed = (await _offered(program, member, late))["daily_login"]
    await _claims(program, member, "daily_login", late)
    done = (await _offered(program, member, late))["daily_login"]
    next_day = (await _offered(program, member, midnight))["daily_login"]

    assert (open_till_claimed.state, open_till_claimed.until) == ("available", None)
    assert (done.state, done.until, done.claimed) == ("done", midnight, 1)
    assert (next_day.state, next_day.until, next_day.claimed) == ("available", None, 1)


async def test_the_seventh_day_is_offered_with_its_bonus_and_stays_so_when_done(
    opened: str,
) -> None:
    program = await a_program()
    member = await a_member(program)
    for n in range(6):
        await _claims(program, member, "daily_login", NOW + n * DAY)

    before = (await _offered(program, member, NOW + 6 * DAY))["daily_login"]
    await _claims(program, member, "daily_login", NOW + 6 * DAY)
    after = (await _offered(program, member, NOW + 6 * DAY))["daily_login"]

    assert (before.points, after.points) == (60, 60)
    assert (before.state, after.state) == ("available", "done")


async def test_a_held_award_counts_as_done(opened: str) -> None:
    program = await a_program()
    await change_rule(program.id, "daily_login", now=NOW, by="staff", holding_days=3)
    member = await a_member(program)

    await _claims(program, member, "daily_login", NOW)

    assert (await _offered(program, member, NOW))["daily_login"].state == "done"


async def test_what_pays_nothing_is_not_offered(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await change_rule(program.id, "first_news_read", now=NOW, by="staff", enabled=False)
    await change_rule(program.id, "first_product_view", now=NOW, by="staff", points=0)
    await change_rule(program.id, "daily_login", now=NOW, by="staff", valid_to=NOW + DAY)

    now, later = await _offered(program, member, NOW), await _offered(program, member, NOW + DAY)

    assert {"first_news_read", "first_product_view"} & set(now) == set()
    assert ("daily_login" in now, "daily_login" in later) == (True, False)


async def test_a_referrer_can_always_bring_another_friend(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    for _ in range(2):
        await a_member(program, start_param=f"r_{member.invite_code}")

    found = await _offered(program, member, NOW)

    assert [
        (found[c].state, found[c].claimed) for c in ("new_user_referral", "referrer_reward")
    ] == [("available", 2)] * 2
