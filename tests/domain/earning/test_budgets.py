"""I8: budgets and caps of campaigns hold, also under a crowd, and no row is hot."""

from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domain import db, secrets
from domain.earning import budgets
from domain.earning.campaign_changes import change_campaign, end_campaign
from domain.earning.campaigns import campaign_of
from domain.earning.decisions import decisions
from domain.earning.models import Campaign
from domain.earning.offers import offers
from domain.earning.registration import register
from domain.earning.rules import change_rule
from domain.programs import Program
from tests.domain.earning.planning import (
    DAY,
    NOW,
    a_campaign,
    a_plan,
    an_owner,
    checks_in,
    members,
)
from tests.domain.ledger.racing import answers, race
from tests.factories import a_member, a_program, a_visitor

RACERS = 40


@pytest.fixture
async def wide(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The pool, open with more connections than any race has racers."""
    secrets.configure("a secret that only tests know")
    monkeypatch.setitem(db._SESSION, "lock_timeout", "60s")
    async with db.opened(database, pool_size=RACERS + 10):
        yield database


async def used(program: Program, campaign: Campaign) -> tuple[int | None, int | None]:
    standing = await campaign_of(program, campaign.id, now=NOW)
    return standing.used, standing.left


async def _assert_the_budget_holds(dsn: str, budget: int) -> None:
    program = await a_program()
    campaign = await a_campaign(program, await an_owner(program), budget=budget)
    crowd = await members(program, RACERS)

    outcomes = await race(dsn, [checks_in(program, each) for each in crowd])

    points = Counter(o.facts["points"] if hasattr(o, "facts") else repr(o) for o in outcomes)
    lucky = min(budget // 10, RACERS)
    assert points == Counter({20: lucky, 10: RACERS - lucky}) - Counter()
    assert await used(program, campaign) == (lucky * 10, budget - lucky * 10)


@pytest.mark.parametrize("budget", [100, 325, 1600])
async def test_a_crowd_never_exceeds_a_budget_and_uses_all_of_it(wide: str, budget: int) -> None:
    await _assert_the_budget_holds(wide, budget)


async def test_without_the_locks_a_crowd_would_exceed_it(
    wide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, lock in (("rows", " for update"), ("free_rows", " for update skip locked")):
        unlocked = budgets.SQL[name].removesuffix(lock)
        assert unlocked != budgets.SQL[name]
        monkeypatch.setitem(budgets.SQL, name, unlocked)

    with pytest.raises(AssertionError):
        await _assert_the_budget_holds(wide, 100)


async def test_sessions_take_from_rows_of_their_own(wide: str) -> None:
    program = await a_program()
    campaign = await a_campaign(program, await an_owner(program), budget=100_000)
    crowd = await members(program, RACERS)

    await race(wide, [checks_in(program, each) for each in crowd])

    async with db.reading() as connection:
        rows = await connection.fetch("select used from campaign_budget where used > 0")
    assert sum(row["used"] for row in rows) == RACERS * 10
    assert len(rows) > budgets.STRIPES // 2
    assert (await used(program, campaign))[0] == RACERS * 10


async def test_who_takes_twice_in_one_go_waits_for_nobody_in_a_circle(wide: str) -> None:
    program = await a_program()
    budget = 40_000
    campaign = await a_campaign(program, await an_owner(program), action=None, budget=budget)
    referrers = [await a_member(program) for _ in range(RACERS // 2)]
    friends = [await a_visitor(program, start_param=f"r_{r.invite_code}") for r in referrers]
    before = (await used(program, campaign))[0] or 0
    async with db.transaction() as connection:
        # Every row has room for the first award of a registration, and not for its second.
        await connection.execute(
            "update campaign_budget set granted = used + case stripe when 15 then $1 else 60 end",
            budget - before - 15 * 60,
        )
    joining = [
        register(
            program,
            friend.customer_id,
            terms_version=program.terms_version,
            channel="telegram",
            now=NOW,
            request=None,
        )
        for friend in friends
    ]

    outcomes = await race(wide, joining)

    assert answers(outcomes) == Counter({201: len(friends)})


async def test_what_is_short_of_an_award_is_not_given_in_part(opened: str) -> None:
    program = await a_program()
    campaign = await a_campaign(program, await an_owner(program), budget=15)

    first, second = [await checks_in(program, each) for each in await members(program, 2)]

    assert (first.facts["points"], second.facts["points"]) == (20, 10)
    assert await used(program, campaign) == (10, 5)
    assert "campaign" not in second.facts


async def test_the_database_refuses_what_would_exceed_a_budget(database: str, opened: str) -> None:
    program = await a_program()
    await a_campaign(program, await an_owner(program), budget=15)

    async with db.transaction() as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            async with db.transaction():
                await connection.execute("update campaign_budget set used = granted + 1")


async def test_a_customers_cap_holds_for_that_customer_only(opened: str) -> None:
    program = await a_program()
    await a_campaign(program, await an_owner(program), customer_cap=25)
    member, other = await members(program, 2)

    points = [
        (await checks_in(program, member, now=NOW + number * DAY)).facts["points"]
        for number in range(4)
    ]
    others = (await checks_in(program, other, now=NOW + 3 * DAY)).facts["points"]

    assert points == [20, 20, 10, 10]
    assert others == 20


async def test_nobody_is_promised_more_than_their_cap_still_gives(opened: str) -> None:
    program = await a_program()
    await a_campaign(program, await an_owner(program), customer_cap=10)
    member = await a_member(program)
    promised, given = [], []

    for number in range(3):
        at = NOW + number * DAY
        offered = await offers(program, member, now=at)
        promised.append(next(o.points for o in offered if o.action.code == "daily_login"))
        given.append((await checks_in(program, member.customer_id, now=at)).facts["points"])

    assert promised == given == [20, 10, 10]


async def test_a_refused_claim_takes_nothing_from_a_budget(opened: str) -> None:
    program = await a_program()
    campaign = await a_campaign(program, await an_owner(program), budget=100, customer_cap=50)
    member = await a_member(program)

    first = await checks_in(program, member.customer_id)
    again = await checks_in(program, member.customer_id)

    assert (first.status, again.facts["code"]) == (201, "already_earned")
    assert await used(program, campaign) == (10, 90)
    async with db.reading() as connection:
        assert await connection.fetchval("select used from cap_use") == 10


async def test_where_the_customers_cap_holds_but_the_budget_does_not_neither_is_taken(
    opened: str,
) -> None:
    program = await a_program()
    campaign = await a_campaign(program, await an_owner(program), budget=5, customer_cap=50)
    program_wide = await a_campaign(program, await an_owner(program, "Minh"), action=None)
    await change_rule(program.id, "daily_login", now=NOW, by="staff", points=2)
    member = await a_member(program)
    assert (await checks_in(program, member.customer_id)).facts["points"] == 4

    await change_rule(program.id, "daily_login", now=NOW + DAY, by="staff", points=4)
    second = await checks_in(program, member.customer_id, now=NOW + DAY)

    assert second.facts["points"] == 8
    assert second.facts["campaign"] == str(program_wide.id)
    assert await used(program, campaign) == (2, 3)


async def test_the_highest_multiplier_counts_and_after_its_budget_the_next(opened: str) -> None:
    program = await a_program()
    owner = await an_owner(program)
    high = await a_campaign(program, owner, multiplier=Decimal(3), budget=20)
    low = await a_campaign(program, owner, multiplier=Decimal("1.5"), action=None)

    verdicts = [await checks_in(program, each) for each in await members(program, 2)]

    said = [
        (v.facts["points"], v.facts["campaign"], v.facts["multiplier"], v.facts["extra"])
        for v in verdicts
    ]
    assert said == [(30, str(high.id), "3", 20), (15, str(low.id), "1.5", 5)]


async def test_a_payout_of_a_referral_takes_from_the_budget_too(opened: str) -> None:
    program = await a_program()
    campaign = await a_campaign(program, await an_owner(program), action=None, budget=130)

    referrer = await a_member(program)
    await a_member(program, start_param=f"r_{referrer.invite_code}", now=NOW + DAY / 4)

    verdicts = {d.action: d.facts for d in await decisions(referrer.customer_id)}
    assert verdicts["new_account_registration"]["extra"] == 50
    assert verdicts["new_user_referral"]["points"] == 40
    # 60 are left: the new member's registration takes 50, the referrer's reward needs 100.
    assert verdicts["referrer_reward"]["points"] == 100
    assert await used(program, campaign) == (120, 10)


async def test_a_larger_budget_lets_a_campaign_go_on_and_a_stop_ends_it(opened: str) -> None:
    program = await a_program()
    owner = await an_owner(program)
    campaign = await a_campaign(program, owner, budget=10)
    crowd = await members(program, 4)
    points: list[Any] = [(await checks_in(program, each)).facts["points"] for each in crowd[:2]]

    await change_campaign(program, campaign.id, a_plan(budget=40), opened=1, by=owner, now=NOW)
    points.append((await checks_in(program, crowd[2])).facts["points"])
    await end_campaign(program, campaign.id, by=owner, now=NOW)
    points.append((await checks_in(program, crowd[3])).facts["points"])

    assert points == [20, 10, 20, 10]
    assert await used(program, campaign) == (20, 20)


async def test_without_a_budget_a_claim_asks_the_database_no_more_than_before(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await a_program()
    plain, multiplied = await members(program, 2)
    asked: list[str] = []
    ask = asyncpg.Connection._get_statement

    def noting(connection: Any, query: str, *args: Any, **how: Any) -> Any:
        asked.append(query)
        return ask(connection, query, *args, **how)

    await checks_in(program, plain)
    monkeypatch.setattr(asyncpg.Connection, "_get_statement", noting)
    await checks_in(program, plain, now=NOW + DAY)
    before = len(asked)
    monkeypatch.undo()
    await a_campaign(program, await an_owner(program))
    await checks_in(program, multiplied)
    monkeypatch.setattr(asyncpg.Connection, "_get_statement", noting)
    verdict = await checks_in(program, multiplied, now=NOW + DAY)

    assert verdict.facts["points"] == 20
    assert len(asked) - before == before == 2
