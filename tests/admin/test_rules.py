"""Rules as staff see and change them: S0.9, S0.10."""

import json
import re

import pytest

from domain.earning.models import Rule
from domain.earning.rule_changes import revise
from domain.earning.rule_values import RuleValues
from domain.earning.rules import rulebook
from domain.programs import Program
from tests.admin.desk import Desk, acts
from tests.clock import MONDAY_NOON
from tests.domain.earning.planning import DAY, an_owner, checks_in
from tests.factories import a_member, a_program

NOW = MONDAY_NOON
RULE = "/admin/rules/daily_login"
DAILY = {
    "opened": "1",
    "enabled": "1",
    "points": "10",
    "weekly_bonus": "50",
    "lifetime_kind": "never",
    "lifetime_count": "",
    "lifetime_on": "",
    "holding_days": "0",
    "starts": "now",
    "starts_at": "",
}


async def _save(desk: Desk, place: str = RULE, **fields: str) -> int:
    await desk.get(place.removesuffix("/preview"))
    return await desk.submit(place, **DAILY | fields)


async def _points(desk: Desk) -> int | None:
    rule = (await rulebook(desk.program.id)).rule("daily_login", desk.now)
    return rule.points if rule else None


def _preview(html: str) -> list[str]:
    """The figures of the preview, row by row."""
    table = html[html.index('id="preview"') :]
    return re.findall(r'<td class="number[^"]*">([^<]*)', table)


async def test_every_action_is_shown_with_its_rule(desk: Desk) -> None:
    await desk.sign_in()

    assert await desk.get("/admin/rules") == 200

    for action in ("daily_login", "first_product_view", "referrer_reward", "new_member_reward"):
        assert f"/admin/rules/{action}" in desk.html
    assert "manual_adjustment" not in desk.html


async def test_a_change_makes_a_version_and_counts_at_once(desk: Desk) -> None:
    await desk.sign_in()

    assert await _save(desk, points="15", lifetime_kind="months", lifetime_count="6") == 303

    assert await _points(desk) == 15
    assert (await acts())[-1][0] == "rule_changed"
    assert await desk.get(f"{RULE}?saved=1") == 200
    assert "Phiên bản 2" in desk.html
    assert "<s>10</s>" in desk.html


@pytest.mark.parametrize(
    ("starts", "at", "begins"),
    [
        ("tomorrow", "", NOW + DAY / 2),
        ("at", "2026-03-05T08:30", NOW + 3 * DAY - DAY / 24 * 3.5),
    ],
)
async def test_a_change_may_begin_later_by_the_programs_clock(
    desk: Desk, starts: str, at: str, begins: object
) -> None:
    await desk.sign_in()

    assert await _save(desk, points="15", starts=starts, starts_at=at) == 303

    planned = await Rule.get(program_id=desk.program.id, action="daily_login", version=2)
    assert planned.valid_from == begins
    assert await _points(desk) == 10


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("points", {"points": ""}),
        ("points", {"points": "-1"}),
        ("points", {"points": "1000001"}),
        ("points", {"points": "1_0"}),
        ("points", {"points": "１０"}),
        ("weekly_bonus", {"weekly_bonus": "9999999"}),
        ("lifetime_count", {"lifetime_kind": "days"}),
        ("lifetime_count", {"lifetime_kind": "months", "lifetime_count": "999999999999"}),
        ("lifetime_on", {"lifetime_kind": "date", "lifetime_on": "2026-02-30"}),
        ("lifetime_on", {"lifetime_kind": "date", "lifetime_on": "2020-01-01"}),
        ("holding_days", {"holding_days": "400"}),
        ("starts_at", {"starts": "at"}),
        ("starts_at", {"starts": "at", "starts_at": "2026-03-01T08:00"}),
        ("starts_at", {"starts": "at", "starts_at": "9999-12-31T23:59"}),
    ],
    ids=str,
)
async def test_what_is_typed_wrongly_stands_beside_its_problem(
    desk: Desk, field: str, fields: dict[str, str]
) -> None:
    await desk.sign_in()

    assert await _save(desk, **fields) == 422

    assert f'id="{field}-wrong"' in desk.html
    assert await Rule.filter(program_id=desk.program.id, action="daily_login").count() == 1


@pytest.mark.parametrize("fields", [{"kind": "x"}, {"scope": "ever"}, {"monthly_bonus": "5"}])
async def test_a_field_that_the_page_does_not_have_is_refused(
    desk: Desk, fields: dict[str, str]
) -> None:
    await desk.sign_in()

    assert await _save(desk, **fields) == 422

    assert await _points(desk) == 10


async def test_whoever_was_overtaken_keeps_what_they_typed_and_may_save_again(desk: Desk) -> None:
    await desk.sign_in()
    other = await an_owner(desk.program, "Minh Quân")
    theirs = RuleValues(points=12, enabled=True, settings={"weekly_bonus": 50})
    await revise(desk.program, "daily_login", theirs, opened=1, by=other, now=desk.now)

    assert await _save(desk, points="15") == 422

    assert "Minh Quân" in desk.html
    assert 'name="points" type="text" value="15"' in desk.html
    assert 'name="opened" value="2"' in desk.html
    assert await _points(desk) == 12
    assert await desk.submit(RULE, **DAILY | {"points": "15", "opened": "2"}) == 303
    assert await _points(desk) == 15


@pytest.mark.parametrize(("place", "do"), [(RULE, "preview"), (f"{RULE}/preview", "save")])
async def test_a_preview_shows_what_it_would_mean_and_keeps_nothing(
    desk: Desk, place: str, do: str
) -> None:
    await desk.sign_in()
    for _ in range(3):
        await checks_in(desk.program, (await a_member(desk.program)).customer_id)

    assert await _save(desk, place, points="15", do=do) == 200

    # A typical customer, a busy one, the program: now, after, and the change.
    assert _preview(desk.html) == ["10", "15", "+5", "10", "15", "+5", "30", "45", "+15"]
    assert "450 ₫" in desk.html.replace("\xa0", " ")
    assert await _points(desk) == 10


async def test_a_program_without_a_history_is_told_that_numbers_are_assumed(desk: Desk) -> None:
    await desk.sign_in()

    await desk.get(RULE)

    assert "con số giả định" in desk.html


async def test_a_planned_version_can_be_withdrawn(desk: Desk) -> None:
    await desk.sign_in()
    await _save(desk, points="15", starts="tomorrow")
    await desk.get(RULE)
    assert "/withdraw" in desk.html

    assert await desk.submit(f"{RULE}/withdraw", version="2", opened="2") == 303

    desk.clock.advance(2 * DAY)
    assert await _points(desk) == 10


async def test_referral_limits_are_changed_within_their_bounds(desk: Desk) -> None:
    await desk.sign_in()
    limits = {"referral_daily_cap": "3", "referral_weekly_cap": "9", "referral_hold_days": "2"}
    await desk.get("/admin/rules")

    assert await desk.submit("/admin/rules/limits", **limits) == 303
    await desk.get("/admin/rules")
    assert await desk.submit("/admin/rules/limits", **limits | {"referral_weekly_cap": "2"}) == 422

    program = await Program.get(id=desk.program.id)
    assert (program.referral_daily_cap, program.referral_weekly_cap) == (3, 9)
    assert 'id="referral_weekly_cap-wrong"' in desk.html
    assert (await acts())[-1][1]["after"] == {
        "referral_daily_cap": 3, "referral_weekly_cap": 9, "referral_hold_days": 2,
    }  # fmt: skip


async def test_who_may_read_sees_all_and_changes_nothing(desk: Desk) -> None:
    await desk.sign_in("analyst")

    assert await desk.get(RULE) == 200
    assert "disabled" in desk.html
    for place in (RULE, f"{RULE}/preview", "/admin/rules/limits", f"{RULE}/withdraw"):
        await desk.get(RULE)
        assert await desk.submit(place, **DAILY) == 403
    assert await _points(desk) == 10


@pytest.mark.parametrize("action", ["nothing", "manual_adjustment", "daily_login%00"])
async def test_an_action_without_a_rule_is_not_found(desk: Desk, action: str) -> None:
    await desk.sign_in()

    assert await desk.get(f"/admin/rules/{action}") == 404


async def test_rules_are_answered_as_json(desk: Desk) -> None:
    await desk.sign_in()
    other = await a_program()

    assert await desk.get("/admin/api/v1/rules") == 200
    items = {item["action"]: item for item in json.loads(desk.html)["items"]}

    assert items["daily_login"]["points"] == 10
    assert items["daily_login"]["settings"] == {"weekly_bonus": 50}
    assert (items["daily_login"]["version"], items["daily_login"]["enabled"]) == (1, True)
    assert await desk.get(f"/admin/api/v1/rules?program={other.slug}") == 404
