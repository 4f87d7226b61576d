"""Campaigns: when they run, what may be changed by then, and which multiplier counts."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.access.models import Staff
from domain.earning.bounds import OutOfBounds
from domain.earning.campaign_changes import (
    CampaignChanged,
    CampaignOver,
    CampaignStarted,
    change_campaign,
    end_campaign,
    plan_campaign,
    problems,
)
from domain.earning.campaigns import campaign_of, campaigns_of, overlapping, state_of
from domain.earning.rules import rulebook
from domain.errors import InvalidInput, NotFound
from domain.programs import Program
from tests.admin.desk import acts
from tests.domain.earning.planning import DAY, NOW, a_campaign, a_plan, an_owner
from tests.factories import a_program

LATER = NOW + 2 * DAY


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.fixture
async def owner(program: Program) -> Staff:
    return await an_owner(program)


@pytest.mark.parametrize(
    ("field", "how"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "x" * 81}),
        ("action", {"action": "manual_adjustment"}),
        ("action", {"action": "nothing"}),
        ("multiplier", {"multiplier": Decimal(1)}),
        ("multiplier", {"multiplier": Decimal("20.01")}),
        ("starts_at", {"starts_at": NOW - timedelta(seconds=1)}),
        ("starts_at", {"starts_at": NOW + 800 * DAY, "ends_at": NOW + 801 * DAY}),
        ("ends_at", {"ends_at": NOW}),
        ("ends_at", {"ends_at": NOW + 732 * DAY}),
        ("budget", {"budget": 0}),
        ("budget", {"budget": 1_000_000_001}),
        ("customer_cap", {"customer_cap": 0}),
        ("customer_cap", {"customer_cap": 1_000_001}),
    ],
)
async def test_what_is_out_of_bounds_is_named_and_refused(
    program: Program, owner: Staff, field: str, how: dict[str, Any]
) -> None:
    plan = a_plan(**how)
    assert [name for name, _ in problems(plan, NOW)] == [field]

    with pytest.raises((OutOfBounds, InvalidInput)):
        await plan_campaign(program, plan, by=owner, now=NOW)


async def test_a_campaign_is_planned_then_runs_then_is_over(program: Program, owner: Staff) -> None:
    campaign = await a_campaign(program, owner, starts_at=LATER)

    at = [NOW, LATER, campaign.ends_at - timedelta(microseconds=1), campaign.ends_at]
    assert [state_of(campaign, each) for each in at] == ["planned", "running", "running", "ended"]
    book = await rulebook(program.id)
    assert [book.multiplier("daily_login", each) for each in at] == [1, 2, 2, 1]
    assert [name for name, _ in await acts()][-1] == "campaign_planned"


async def test_before_it_starts_everything_may_change(program: Program, owner: Staff) -> None:
    campaign = await a_campaign(program, owner, starts_at=LATER, budget=50)
    wanted = a_plan(
        name="Khác", action=None, multiplier=Decimal(3), starts_at=NOW + DAY, ends_at=NOW + 3 * DAY
    )

    changed = await change_campaign(program, campaign.id, wanted, opened=1, by=owner, now=NOW)

    said = [changed.name, changed.action, changed.multiplier, changed.budget, changed.version]
    assert said == ["Khác", None, 3, None, 2]
    facts = (await acts())[-1][1]
    assert facts["before"]["multiplier"] == "2"
    assert facts["after"]["multiplier"] == "3"


@pytest.mark.parametrize(
    "how",
    [
        {"name": "Khác"},
        {"action": None},
        {"multiplier": Decimal(3)},
        {"customer_cap": 10},
        {"ends_at": NOW + 8 * DAY},
        {"ends_at": NOW},
        {"starts_at": NOW + DAY},
        {"budget": None},
        {"budget": 99},
    ],
    ids=str,
)
async def test_once_it_runs_nothing_else_may_change(
    program: Program, owner: Staff, how: dict[str, Any]
) -> None:
    campaign = await a_campaign(program, owner, budget=100)

    with pytest.raises(CampaignStarted):
        await change_campaign(
            program, campaign.id, a_plan(**{"budget": 100, **how}), opened=1, by=owner, now=NOW
        )


async def test_once_it_runs_it_may_end_earlier_and_get_more(program: Program, owner: Staff) -> None:
    campaign = await a_campaign(program, owner, budget=100)
    wanted = a_plan(budget=150, ends_at=NOW + DAY)

    await change_campaign(program, campaign.id, wanted, opened=1, by=owner, now=NOW)

    standing = await campaign_of(program, campaign.id, now=NOW)
    assert (standing.left, standing.campaign.ends_at) == (150, NOW + DAY)


async def test_what_somebody_else_changed_is_not_overwritten(
    program: Program, owner: Staff
) -> None:
    campaign = await a_campaign(program, owner, budget=100)
    await change_campaign(program, campaign.id, a_plan(budget=150), opened=1, by=owner, now=NOW)

    with pytest.raises(CampaignChanged):
        await change_campaign(program, campaign.id, a_plan(budget=120), opened=1, by=owner, now=NOW)


async def test_one_that_is_stopped_is_over_and_stays_so(program: Program, owner: Staff) -> None:
    running = await a_campaign(program, owner)
    planned = await a_campaign(program, owner, starts_at=LATER)

    for campaign in (running, planned):
        await end_campaign(program, campaign.id, by=owner, now=NOW + DAY)

    book = await rulebook(program.id)
    assert book.multiplier("daily_login", NOW) == 2
    assert book.multiplier("daily_login", NOW + DAY) == book.multiplier("daily_login", LATER) == 1
    assert {s.state for s in await campaigns_of(program, now=NOW + DAY)} == {"stopped"}
    with pytest.raises(CampaignOver):
        await end_campaign(program, running.id, by=owner, now=NOW + DAY)
    with pytest.raises(CampaignOver):
        await change_campaign(program, running.id, a_plan(), opened=2, by=owner, now=NOW + DAY)


async def test_another_programs_campaign_is_not_found(program: Program, owner: Staff) -> None:
    other = await a_program()
    campaign = await a_campaign(other, await an_owner(other))

    for verb in (
        campaign_of(program, campaign.id, now=NOW),
        end_campaign(program, campaign.id, by=owner, now=NOW),
        change_campaign(program, campaign.id, a_plan(), opened=1, by=owner, now=NOW),
    ):
        with pytest.raises(NotFound):
            await verb
    assert await campaigns_of(program, now=NOW) == ()


async def test_those_that_meet_in_time_and_action_overlap(program: Program, owner: Staff) -> None:
    first = await a_campaign(program, owner, name="một")
    await a_campaign(program, owner, name="tất cả", action=None)
    await a_campaign(program, owner, name="khác", action="first_news_read")
    await a_campaign(
        program, owner, name="sau", starts_at=first.ends_at, ends_at=first.ends_at + DAY
    )

    found = overlapping(first, await campaigns_of(program, now=NOW))

    assert [other.campaign.name for other in found] == ["tất cả"]
