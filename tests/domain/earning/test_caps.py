import asyncio
from datetime import date

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import db
from domain.customers.models import Customer
from domain.earning.cap_use import used
from domain.earning.caps import count_use, day_window, full_window, week_window
from domain.ledger.posting import lock
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program

TODAY, THIS_WEEK = "daily:2026-03-02", "weekly:2026-W10"


@pytest.fixture
async def member(opened: str) -> Customer:
    return await a_member(await a_program())


async def _uses(member: Customer, windows: dict[str, int]) -> str | None:
    """Use a cap as a verb does: look and count under the account's lock."""
    async with db.transaction() as connection:
        await lock(connection, member.customer_id, now=MONDAY_NOON)
        full = await full_window(connection, member.customer_id, "x", windows)
        if not full:
            await count_use(connection, member.customer_id, "x", windows)
    return full


@pytest.mark.parametrize(
    ("on", "week"),
    [
        (date(2026, 3, 2), "weekly:2026-W10"),
        (date(2027, 1, 3), "weekly:2026-W53"),
        (date(2027, 1, 4), "weekly:2027-W01"),
        (date(2024, 12, 30), "weekly:2025-W01"),
    ],
)
def test_a_week_runs_from_monday_to_sunday_over_the_years_end(on: date, week: str) -> None:
    assert week_window(on) == week


@given(st.dates(), st.dates())
def test_windows_are_shared_by_the_same_day_and_the_same_week_only(a: date, b: date) -> None:
    monday_a, monday_b = (day.toordinal() - day.weekday() for day in (a, b))

    assert (day_window(a) == day_window(b)) == (a == b)
    assert (week_window(a) == week_window(b)) == (monday_a == monday_b)


async def test_the_first_window_that_is_full_is_named_and_none_is_counted(
    member: Customer,
) -> None:
    windows = {TODAY: 2, THIS_WEEK: 3}

    outcomes = [await _uses(member, windows) for _ in range(3)]
    tomorrow = [await _uses(member, {"daily:2026-03-03": 2, THIS_WEEK: 3}) for _ in range(2)]

    assert outcomes == [None, None, "daily"]
    assert tomorrow == [None, "weekly"]
    assert await used(member.customer_id, "x", (TODAY, THIS_WEEK)) == (2, 3)


async def test_the_cap_in_force_now_is_the_one_that_counts(member: Customer) -> None:
    await _uses(member, {TODAY: 5})
    await _uses(member, {TODAY: 5})

    lowered, raised = await _uses(member, {TODAY: 1}), await _uses(member, {TODAY: 3})

    assert (lowered, raised) == ("daily", None)
    assert await _uses(member, {}) is None


async def test_forty_uses_at_once_do_not_pass_the_cap(member: Customer) -> None:
    outcomes = await asyncio.gather(*(_uses(member, {TODAY: 7}) for _ in range(40)))

    assert outcomes.count(None) == 7
    assert await used(member.customer_id, "x", (TODAY,)) == (7,)


async def test_the_database_itself_lets_no_use_pass_the_cap(member: Customer) -> None:
    await _uses(member, {TODAY: 1})

    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction() as connection:
            await count_use(connection, member.customer_id, "x", {TODAY: 1})
