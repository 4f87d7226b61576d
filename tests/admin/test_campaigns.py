"""Campaigns as staff plan, change and end them."""

import json
import re
from uuid import uuid4

import pytest

from domain.earning.models import Campaign
from tests.admin.desk import Desk, acts
from tests.domain.earning.planning import DAY, a_campaign, an_owner, checks_in
from tests.factories import a_member, a_program

PLAN = {
    "opened": "0",
    "name": "Tuần lễ vàng",
    "action": "daily_login",
    "multiplier": "2,5",
    "starts_at": "",
    "ends_at": "2026-03-09T23:00",
    "budget": "5000",
    "customer_cap": "",
}


async def _plan(desk: Desk, **fields: str) -> int:
    await desk.get("/admin/campaigns/new")
    return await desk.submit("/admin/campaigns", **PLAN | fields)


async def _only(desk: Desk) -> Campaign:
    return await Campaign.get(program_id=desk.program.id)


async def test_a_campaign_is_planned_in_the_programs_time_and_counts(desk: Desk) -> None:
    await desk.sign_in()

    assert await _plan(desk) == 303

    campaign = await _only(desk)
    assert campaign.ends_at.isoformat() == "2026-03-09T16:00:00+00:00"
    member = await a_member(desk.program)
    verdict = await checks_in(desk.program, member.customer_id, now=desk.now)
    assert verdict.facts["points"] == 25
    assert await desk.get(f"/admin/campaigns/{campaign.id}") == 200
    assert "15 trong 5.000 điểm" in desk.html
    assert await desk.get("/admin/campaigns") == 200
    assert "Tuần lễ vàng" in desk.html
    assert [act for act, _ in await acts()][-1] == "campaign_planned"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("action", "manual_adjustment"),
        ("multiplier", "1"),
        ("multiplier", "NaN"),
        ("multiplier", "1e9"),
        ("multiplier", "2.123"),
        ("starts_at", "2026-03-01T00:00"),
        ("starts_at", "soon"),
        ("ends_at", ""),
        ("ends_at", "2026-03-01T00:00"),
        ("budget", "0"),
        ("budget", "1.5"),
        ("customer_cap", "-1"),
    ],
)
async def test_what_is_typed_wrongly_stands_beside_its_problem(
    desk: Desk, field: str, value: str
) -> None:
    await desk.sign_in()

    assert await _plan(desk, **{field: value}) == 422

    assert f'id="{field}-wrong"' in desk.html
    assert await Campaign.filter(program_id=desk.program.id).count() == 0


async def test_a_name_is_text_and_nothing_else(desk: Desk) -> None:
    await desk.sign_in()
    await _plan(desk, name="<script>alert(1)</script>{{7*7}}")

    await desk.get("/admin/campaigns")

    assert "<script>alert" not in desk.html
    assert "{{7*7}}" in desk.html


async def test_a_running_one_ends_earlier_or_gets_more_and_keeps_everything_else(
    desk: Desk,
) -> None:
    await desk.sign_in()
    await _plan(desk)
    campaign = await _only(desk)
    place = f"/admin/campaigns/{campaign.id}"
    await desk.get(place)
    assert 'name="multiplier"' not in desk.html

    more = {"opened": "1", "ends_at": "2026-03-09T23:00", "budget": "9000"}
    assert await desk.submit(place, **more) == 303
    await desk.get(place)
    assert await desk.submit(place, **more | {"opened": "2", "budget": "10"}) == 422
    assert await desk.submit(place, **more | {"opened": "1"}) == 422
    assert await desk.submit(place, **more | {"opened": "2", "ends_at": "2026-03-10T00:00"}) == 422
    assert await desk.submit(place, **more | {"opened": "2", "multiplier": "9"}) == 422
    earlier = {"opened": "2", "ends_at": "2026-03-03T08:00"}
    assert await desk.submit(place, **more | earlier) == 303

    changed = await _only(desk)
    assert (changed.budget, changed.multiplier) == (9000, campaign.multiplier)
    assert changed.ends_at.isoformat() == "2026-03-03T01:00:00+00:00"


async def test_a_planned_one_may_change_altogether(desk: Desk) -> None:
    await desk.sign_in()
    await _plan(desk, starts_at="2026-03-05T08:00")
    campaign = await _only(desk)
    place = f"/admin/campaigns/{campaign.id}"
    await desk.get(place)
    assert re.search(r'name="starts_at"[^>]* value="2026-03-05T08:00"', desk.html)

    changed = PLAN | {"opened": "1", "name": "Khác", "action": "", "multiplier": "3"}
    assert await desk.submit(place, **changed | {"starts_at": "2026-03-06T08:00"}) == 303

    campaign = await _only(desk)
    said = [campaign.name, campaign.action, campaign.multiplier]
    assert said == ["Khác", None, 3]


async def test_one_is_ended_by_a_second_press_and_not_twice(desk: Desk) -> None:
    await desk.sign_in()
    await _plan(desk)
    place = f"/admin/campaigns/{(await _only(desk)).id}"
    await desk.get(place)

    assert await desk.submit(f"{place}/end") == 303
    await desk.get("/admin/campaigns/new")
    assert await desk.submit(f"{place}/end") == 409

    assert (await _only(desk)).stopped_at == desk.now
    assert [act for act, _ in await acts()][-1] == "campaign_ended"


async def test_two_that_meet_say_which_one_counts(desk: Desk) -> None:
    await desk.sign_in()
    await _plan(desk)
    first = await _only(desk)
    await _plan(desk, name="Sinh nhật quán", action="")

    await desk.get(f"/admin/campaigns/{first.id}")

    assert "Trùng thời gian với Sinh nhật quán" in desk.html


async def test_who_may_read_sees_all_and_changes_nothing(desk: Desk) -> None:
    campaign = await a_campaign(desk.program, await an_owner(desk.program), budget=100)
    await desk.sign_in("analyst")
    place = f"/admin/campaigns/{campaign.id}"

    for page in ("/admin/campaigns", "/admin/campaigns/new", place):
        assert await desk.get(page) == 200
    for target in ("/admin/campaigns", place, f"{place}/end"):
        await desk.get(place)
        assert await desk.submit(target, **PLAN) == 403
    assert (await _only(desk)).stopped_at is None


async def test_another_programs_campaign_is_not_found(desk: Desk) -> None:
    other = await a_program()
    theirs = await a_campaign(other, await an_owner(other))
    await desk.sign_in()

    for campaign in (theirs.id, uuid4(), "1"):
        assert await desk.get(f"/admin/campaigns/{campaign}") == 404
        await desk.get("/admin/campaigns/new")
        assert await desk.submit(f"/admin/campaigns/{campaign}", **PLAN) == 404
        await desk.get("/admin/campaigns/new")
        assert await desk.submit(f"/admin/campaigns/{campaign}/end") == 404


async def test_campaigns_are_answered_as_json(desk: Desk) -> None:
    await desk.sign_in()
    await a_campaign(desk.program, await an_owner(desk.program), budget=100)

    assert await desk.get("/admin/api/v1/campaigns") == 200
    [item] = json.loads(desk.html)["items"]

    assert (item["state"], item["budget"], item["used"]) == ("running", 100, 0)
    assert item["ends_at"].startswith(str((desk.now + 7 * DAY).date()))
