"""Changing rules: bounds, versions for later, nobody overwritten unseen, and the trace of it."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest

from domain.access.models import Staff
from domain.earning.bounds import OutOfBounds
from domain.earning.models import Rule
from domain.earning.rule_changes import (
    NotPlanned,
    RuleChanged,
    problems,
    revise,
    withdraw,
)
from domain.earning.rule_values import RuleValues
from domain.earning.rules import rulebook
from domain.earning.versions import versions_of
from domain.errors import InvalidInput, NotFound
from domain.programs import Program
from tests.admin.desk import acts
from tests.domain.earning.planning import DAY, NOW, an_owner
from tests.factories import a_program

DAILY = RuleValues(points=10, enabled=True, settings={"weekly_bonus": 50})
TODAY = date(2026, 3, 2)


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.fixture
async def owner(program: Program) -> Staff:
    return await an_owner(program)


async def _revise(program: Program, by: Staff, *, opened: int = 1, **how: Any) -> Rule | None:
    starts_at, now = how.pop("starts_at", None), how.pop("now", NOW)
    wanted = replace(DAILY, **how)
    return await revise(
        program, "daily_login", wanted, opened=opened, starts_at=starts_at, by=by, now=now
    )


async def _points(program: Program, at: Any) -> int | None:
    rule = (await rulebook(program.id)).rule("daily_login", at)
    return rule.points if rule else None


@pytest.mark.parametrize(
    ("field", "how"),
    [
        ("points", {"points": -1}),
        ("points", {"points": 1_000_001}),
        ("daily_cap", {"daily_cap": 0}),
        ("daily_cap", {"daily_cap": 1001}),
        ("lifetime_count", {"lifetime_kind": "days"}),
        ("lifetime_count", {"lifetime_kind": "days", "lifetime_count": 3651}),
        ("lifetime_count", {"lifetime_kind": "months", "lifetime_count": 0}),
        ("lifetime_count", {"lifetime_kind": "months", "lifetime_count": 121}),
        ("lifetime_on", {"lifetime_kind": "date"}),
        ("lifetime_on", {"lifetime_kind": "date", "lifetime_on": TODAY - DAY}),
        ("lifetime_on", {"lifetime_kind": "date", "lifetime_on": date(2040, 1, 1)}),
        ("lifetime_kind", {"lifetime_kind": "weeks"}),
        ("holding_days", {"holding_days": -1}),
        ("holding_days", {"holding_days": 366}),
        ("weekly_bonus", {"settings": {"weekly_bonus": 1_000_001}}),
        ("weekly_bonus", {"settings": {}}),
        ("monthly_bonus", {"settings": {"weekly_bonus": 5, "monthly_bonus": 5}}),
    ],
)
async def test_what_is_out_of_bounds_is_named_and_refused(
    program: Program, owner: Staff, field: str, how: dict[str, Any]
) -> None:
    assert [name for name, _ in problems("daily_login", replace(DAILY, **how), TODAY)] == [field]

    with pytest.raises((OutOfBounds, InvalidInput)):
        await _revise(program, owner, **how)

    assert await Rule.filter(program_id=program.id, action="daily_login").count() == 1


@pytest.mark.parametrize("starts_at", [NOW - timedelta(seconds=1), NOW + timedelta(days=732)])
async def test_a_version_begins_from_now_on_and_within_two_years(
    program: Program, owner: Staff, starts_at: Any
) -> None:
    with pytest.raises(InvalidInput):
        await _revise(program, owner, points=20, starts_at=starts_at)


@pytest.mark.parametrize("action", ["manual_adjustment", "lucky_wheel", "nothing"])
async def test_only_what_rules_pay_has_a_rule(program: Program, owner: Staff, action: str) -> None:
    with pytest.raises(NotFound):
        await revise(program, action, DAILY, opened=1, by=owner, now=NOW)


async def test_a_change_counts_at_once_and_is_in_the_audit_log(
    program: Program, owner: Staff
) -> None:
    changed = await _revise(program, owner, points=15, settings={"weekly_bonus": 80})

    assert changed
    assert (changed.version, changed.created_by) == (2, f"staff:{owner.id}")
    assert await _points(program, NOW) == 15
    act, facts = (await acts())[-1]
    assert act == "rule_changed"
    assert (facts["action"], facts["version"]) == ("daily_login", 2)
    assert facts["before"] == {"points": 10, "weekly_bonus": 50}
    assert facts["after"] == {"points": 15, "weekly_bonus": 80}


async def test_saving_what_stands_already_makes_no_version(program: Program, owner: Staff) -> None:
    assert await _revise(program, owner) is None

    assert await Rule.filter(program_id=program.id, action="daily_login").count() == 1


async def test_a_version_for_later_counts_from_its_instant_even_if_another_is_written_meanwhile(
    program: Program, owner: Staff
) -> None:
    await _revise(program, owner, points=30, starts_at=NOW + 7 * DAY)
    await _revise(program, owner, points=20, opened=2)

    at = [NOW, NOW + 7 * DAY - timedelta(microseconds=1), NOW + 7 * DAY]
    assert [await _points(program, each) for each in at] == [20, 20, 30]


async def test_whoever_was_overtaken_is_told_by_whom_and_overwrites_nothing(
    program: Program, owner: Staff
) -> None:
    other = await an_owner(program, "Minh Quân")
    await _revise(program, other, points=15)

    with pytest.raises(RuleChanged) as refused:
        await _revise(program, owner, points=20)

    assert refused.value.facts == {"who": "Minh Quân", "version": 2}
    assert await _points(program, NOW) == 15
    assert await _revise(program, owner, points=20, opened=2)


async def test_of_two_who_save_at_the_same_moment_one_is_told(
    program: Program, owner: Staff
) -> None:
    outcomes = await asyncio.gather(
        *(_revise(program, owner, points=points) for points in (11, 12, 13)),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Rule", "RuleChanged", "RuleChanged",
    ]  # fmt: skip


async def test_versions_say_who_changed_what_from_when_and_what_they_are_now(
    program: Program, owner: Staff
) -> None:
    await _revise(program, owner, points=15)
    await _revise(program, owner, opened=2, points=15, enabled=False, starts_at=NOW + DAY)

    planned, current, first = await versions_of(program.id, "daily_login", now=NOW)

    assert [v.state for v in (planned, current, first)] == ["planned", "in_force", "past"]
    assert [v.author for v in (planned, current, first)] == ["Lan Anh", "Lan Anh", "system"]
    said = [(c.field, c.before, c.after) for c in planned.changes]
    assert said == [("enabled", True, False)]
    assert [(c.field, c.before, c.after) for c in current.changes] == [("points", 10, 15)]
    assert first.changes == ()


async def test_a_planned_version_that_is_withdrawn_never_counts(
    program: Program, owner: Staff
) -> None:
    await _revise(program, owner, points=30, starts_at=NOW + DAY)

    await withdraw(program, "daily_login", 2, opened=2, by=owner, now=NOW)

    versions = await versions_of(program.id, "daily_login", now=NOW)
    assert [v.state for v in versions] == ["planned", "withdrawn", "in_force"]
    assert versions[0].changes == ()
    assert await _points(program, NOW + 2 * DAY) == 10
    assert (await acts())[-1][1]["withdrawn"] == 2


async def test_what_is_in_force_cannot_be_withdrawn(program: Program, owner: Staff) -> None:
    with pytest.raises(NotPlanned):
        await withdraw(program, "daily_login", 1, opened=1, by=owner, now=NOW)
    with pytest.raises(NotFound):
        await withdraw(program, "daily_login", 9, opened=1, by=owner, now=NOW)


async def test_a_version_that_a_newer_one_has_overtaken_cannot_be_withdrawn(
    program: Program, owner: Staff
) -> None:
    await _revise(program, owner, points=30, starts_at=NOW + DAY)
    await _revise(program, owner, opened=2, points=40, starts_at=NOW + DAY)

    with pytest.raises(NotPlanned):
        await withdraw(program, "daily_login", 2, opened=3, by=owner, now=NOW)

    assert await _points(program, NOW + 2 * DAY) == 40


async def test_an_action_that_came_later_gets_its_first_version_from_the_catalogue(
    database: str, program: Program, owner: Staff
) -> None:
    schema_owner = await asyncpg.connect(database)
    await schema_owner.execute("delete from rule where action = 'first_news_read'")
    await schema_owner.close()
    wanted = RuleValues(points=25, enabled=True)

    rule = await revise(program, "first_news_read", wanted, opened=0, by=owner, now=NOW)

    assert rule
    assert (rule.version, rule.scope, rule.points) == (1, "ever", 25)
