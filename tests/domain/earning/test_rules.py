import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning import rules
from domain.earning.actions import ACTIONS
from domain.earning.models import Campaign, Rule
from domain.earning.rules import (
    Rulebook,
    change_rule,
    matures_at,
    rulebook,
    start_campaign,
)
from domain.ids import new_id
from domain.ledger.posting import POINTS_MAX
from tests.clock import MONDAY_NOON
from tests.factories import a_program

NOW = MONDAY_NOON
DAY = timedelta(days=1)


def _rule(version: int = 1, **how: Any) -> Rule:
    values = {"action": "purchase", "points": 10, "valid_from": NOW, **how}
    return Rule(version=version, **values)


def _campaign(multiplier: str, action: str | None = None, **how: Any) -> Campaign:
    values = {"starts_at": NOW, "ends_at": NOW + DAY, **how}
    return Campaign(action=action, multiplier=Decimal(multiplier), **values)


def _book(*parts: Rule | Campaign) -> Rulebook:
    return Rulebook(
        tuple(p for p in parts if isinstance(p, Rule)),
        tuple(p for p in parts if isinstance(p, Campaign)),
    )


def test_the_latest_version_that_has_begun_is_in_force() -> None:
    first, second = _rule(), _rule(2, points=20, valid_from=NOW + DAY)
    book = _book(second, first)

    assert book.rule("purchase", NOW - DAY) is None
    assert book.rule("purchase", NOW) is first
    assert book.rule("purchase", NOW + DAY) is second
    assert book.rule("review", NOW) is None


def test_a_rule_gives_until_its_end_and_not_at_it() -> None:
    book = _book(_rule(valid_to=NOW + DAY))

    assert book.rule("purchase", NOW + DAY - timedelta(microseconds=1))
    assert book.rule("purchase", NOW + DAY) is None


def test_what_is_switched_off_or_over_does_not_fall_back_to_an_earlier_version() -> None:
    over = _rule(2, valid_to=NOW + DAY)

    assert _book(_rule(), _rule(2, enabled=False)).rule("purchase", NOW) is None
    assert _book(_rule(), over).rule("purchase", NOW + 2 * DAY) is None


@pytest.mark.parametrize(
    ("_case", "campaigns", "points"),
    [
        ("none", [], 10),
        ("for all", [_campaign("2")], 20),
        ("for this action", [_campaign("3", "purchase")], 30),
        ("for another action", [_campaign("3", "review")], 10),
        ("the highest, not the product", [_campaign("2"), _campaign("3", "purchase")], 30),
        ("not begun", [_campaign("2", starts_at=NOW + timedelta(seconds=1))], 10),
        ("just over", [_campaign("2", starts_at=NOW - DAY, ends_at=NOW)], 10),
        ("less than the rule", [_campaign("0.5")], 5),
        ("fractions are dropped", [_campaign("1.19")], 11),
        ("nothing is left", [_campaign("0.09")], 0),
    ],
)
def test_a_campaign_multiplies_what_the_rule_gives(
    _case: str, campaigns: list[Campaign], points: int
) -> None:
    assert _book(*campaigns).points(_rule(), NOW) == points


@pytest.mark.parametrize(
    ("_case", "points", "multiplier", "given"),
    [("Square: 5 × 3", 5, "3", 15), ("Square: 4 × 1.5", 4, "1.5", 6), ("3 × 1.5", 3, "1.5", 4)],
)
def test_published_multipliers(_case: str, points: int, multiplier: str, given: int) -> None:
    assert _book(_campaign(multiplier)).points(_rule(points=points), NOW) == given


def test_a_campaign_multiplies_the_bonus_too() -> None:
    assert _book(_campaign("2")).points(_rule(), NOW, bonus=50) == 120


@given(
    st.integers(0, POINTS_MAX),
    st.integers(0, POINTS_MAX),
    st.decimals("0.01", "100", places=2),
)
def test_points_are_whole_and_fit_a_movement(points: int, bonus: int, multiplier: Decimal) -> None:
    given = _book(_campaign(str(multiplier))).points(_rule(points=points), NOW, bonus=bonus)

    assert 0 <= given <= POINTS_MAX
    assert given == POINTS_MAX or given <= (points + bonus) * multiplier < given + 1


def test_points_wait_as_many_days_as_the_rule_holds_them() -> None:
    assert matures_at(_rule(holding_days=3), NOW) == NOW + 3 * DAY
    assert matures_at(_rule(), NOW) is None


async def test_a_new_program_has_a_rule_for_each_action_that_pays(opened: str) -> None:
    program = await a_program()

    book = await rulebook(program.id)

    paid = {code for code in ACTIONS if book.rule(code, NOW)}
    assert paid == {code for code, action in ACTIONS.items() if action.points}
    assert {r.action: r.points for r in book.rules}["referrer_reward"] == 100


async def test_a_change_is_the_next_version_and_leaves_the_earlier_one(opened: str) -> None:
    program = await a_program()

    changed = await change_rule(program.id, "daily_login", now=NOW, by="staff", points=15)

    book = await rulebook(program.id)
    before = book.rule("daily_login", NOW - timedelta(microseconds=1))
    assert before
    assert (before.version, before.points, before.created_by) == (1, 10, "system")
    assert (changed.version, changed.points, changed.settings) == (2, 15, before.settings)
    assert book.rule("daily_login", NOW) == changed


async def test_a_campaign_counts_at_once_where_it_is_started(opened: str) -> None:
    program = await a_program()
    await rulebook(program.id)

    await start_campaign(
        program.id,
        name="Mid-autumn",
        multiplier=Decimal(2),
        starts_at=NOW,
        ends_at=NOW + DAY,
        created_at=NOW,
    )

    assert (await rulebook(program.id)).multiplier("daily_login", NOW) == 2


async def test_rules_are_kept_for_two_seconds_and_read_again_after(opened: str) -> None:
    program = await a_program()
    kept = await rulebook(program.id)
    await Rule.create(  # as another process would
        id=new_id(),
        program_id=program.id,
        scope="business_date",
        created_at=NOW,
        created_by="elsewhere",
        action="daily_login",
        version=2,
        points=99,
        valid_from=NOW,
    )

    at_once = await rulebook(program.id)
    rules._loaded[program.id] = (time.monotonic() - 2.1, kept)
    later = await rulebook(program.id)

    assert at_once is kept
    assert [r.points for r in (later.rule("daily_login", NOW),) if r] == [99]
