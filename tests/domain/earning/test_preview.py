"""What a change means: pure arithmetic on habits, measured or assumed."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.actions import ACTIONS
from domain.earning.habits import ASSUMED, Habits, habits
from domain.earning.preview import Month, preview
from domain.earning.rule_values import RuleValues
from domain.earning.rules import change_rule
from tests.domain.earning.planning import DAY, NOW, checks_in, members
from tests.factories import a_member, a_program

TEN = RuleValues(points=10, enabled=True)
# Six customers did it once, three did it four times, one ten times.
FEW = Habits(often={1: 6, 4: 3, 10: 1}, on_a_day={1: 18, 2: 5})


def test_typical_is_the_median_and_busy_the_ninetieth_percentile() -> None:
    seen = preview(FEW, TEN, TEN)

    assert (seen.typical_times, seen.busy_times) == (1, 4)
    assert seen.now == seen.after == Month(10, 40, 280)


@pytest.mark.parametrize(
    ("_case", "how", "after"),
    [
        ("more points", {"points": 15}, Month(15, 60, 420)),
        ("off", {"enabled": False}, Month(0, 0, 0)),
        ("a cap of one a day", {"daily_cap": 1}, Month(8, 33, 230)),
        ("a cap that nobody reaches", {"daily_cap": 2}, Month(10, 40, 280)),
        ("longer life", {"lifetime_kind": "months", "lifetime_count": 1}, Month(10, 40, 280)),
    ],
)
def test_what_changes_is_what_the_change_is_about(
    _case: str, how: dict[str, Any], after: Month
) -> None:
    seen = preview(FEW, TEN, replace(TEN, **how))

    assert seen.now == Month(10, 40, 280)
    assert seen.after == after


def test_a_bonus_counts_for_the_weeks_that_are_completed() -> None:
    weekly = Habits(often={14: 1}, on_a_day={1: 14}, full_weeks=Fraction(1, 7))

    seen = preview(weekly, replace(TEN, settings={"weekly_bonus": 50}), TEN)

    assert (seen.now.typical, seen.after.typical) == (240, 140)


@given(
    st.dictionaries(st.integers(1, 60), st.integers(1, 500), min_size=1, max_size=8),
    st.integers(0, 1_000_000),
    st.integers(1, 50),
)
def test_a_tighter_cap_never_pays_more_and_a_program_never_less_than_its_typical_customer(
    often: dict[int, int], points: int, cap: int
) -> None:
    found = Habits(often=often, on_a_day=often)
    rule = RuleValues(points=points, enabled=True)

    seen = preview(found, rule, replace(rule, daily_cap=cap))

    assert seen.after.program <= seen.now.program
    assert 0 <= seen.after.typical <= seen.after.busy <= seen.after.program
    assert seen.now.program == points * found.times


def test_every_scope_of_the_catalogue_has_assumed_habits() -> None:
    for action in ACTIONS.values():
        assumed = ASSUMED[action.scope]
        assert not assumed.is_measured
        on_days = sum(times * days for times, days in assumed.on_a_day.items())
        assert on_days == assumed.times > 0
        assert assumed.customers <= 100


async def test_a_program_without_a_history_is_shown_assumptions(opened: str) -> None:
    program = await a_program()

    assert await habits(program, "daily_login", now=NOW) is ASSUMED["business_date"]


async def test_habits_are_those_of_the_last_thirty_dates(opened: str) -> None:
    program = await a_program()
    often, once = await members(program, 2)
    for number in range(8):
        await checks_in(program, often, now=NOW + number * DAY)
    await checks_in(program, once, now=NOW + 3 * DAY)

    soon = await habits(program, "daily_login", now=NOW + 8 * DAY)
    later = await habits(program, "daily_login", now=NOW + 31 * DAY)

    assert (soon.often, soon.on_a_day, soon.is_measured) == ({8: 1, 1: 1}, {1: 9}, True)
    assert soon.full_weeks == Fraction(1, 9)
    assert later.often == {6: 1, 1: 1}
    # It has completed its week on the seventh of March.
    assert later.full_weeks == Fraction(1, 7)


async def test_what_only_a_cap_refused_would_count_without_it(opened: str) -> None:
    program = await a_program()
    await change_rule(program.id, "new_user_referral", now=NOW, by="staff", daily_cap=1)
    referrer = await a_member(program)
    for _ in range(3):
        await a_member(program, start_param=f"r_{referrer.invite_code}", now=NOW + DAY / 4)

    found = await habits(program, "new_user_referral", now=NOW + DAY / 2)

    assert (found.often, found.on_a_day) == ({3: 1}, {3: 1})
