from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.streak import CheckIn, is_bonus_day, next_check_in, shield_is_left
from tests.domain.earning.zones import ODD_ZONES, date_in, dates_of, instants, zones

SAIGON = "Asia/Ho_Chi_Minh"


def _life(days: list[date], zone: str = SAIGON) -> list[CheckIn]:
    """Check in on each of these dates."""
    made: list[CheckIn] = []
    for today in days:
        shields = frozenset(c.shielded_on for c in made if c.shielded_on)
        made.append(next_check_in(made[-1] if made else None, shields, today, zone))
    return made


def _march(*numbers: int) -> list[date]:
    return [date(2026, 3, 1) + timedelta(days=n - 1) for n in numbers]


@pytest.mark.parametrize(
    ("_case", "days", "streaks"),
    [
        ("the first", [5], [1]),
        ("one after the other", [5, 6, 7], [1, 2, 3]),
        ("a missed date is shielded", [5, 6, 8, 9], [1, 2, 3, 4]),
        ("two missed dates are not", [5, 6, 9], [1, 2, 1]),
        ("a second missed date of the month is not", [1, 3, 5], [1, 2, 1]),
        ("a broken streak begins anew", [1, 3, 5, 6], [1, 2, 1, 2]),
        ("the shield is for the first gap, however short", [1, 3, 4, 6, 7], [1, 2, 3, 1, 2]),
        ("the next month has its own", [28, 30, 31, 33], [1, 2, 3, 4]),
        ("the month of the missed date counts", [29, 30, 32, 34], [1, 2, 3, 4]),
        ("long ago", [1, 300], [1, 1]),
    ],
)
def test_a_streak_counts_dates(_case: str, days: list[int], streaks: list[int]) -> None:
    assert [made.streak_days for made in _life(_march(*days))] == streaks


def test_the_shielded_date_is_the_one_that_was_missed() -> None:
    made = _life(_march(5, 6, 8, 9))

    assert [c.shielded_on for c in made] == [None, None, date(2026, 3, 7), None]


def test_a_shield_is_there_once_a_calendar_month() -> None:
    used = frozenset({date(2026, 3, 7)})

    assert not shield_is_left(used, date(2026, 3, 31))
    assert shield_is_left(used, date(2026, 4, 1))
    assert shield_is_left(used, date(2025, 3, 7))


def test_every_seventh_day_of_a_streak_brings_the_bonus() -> None:
    made = _life(_march(*range(1, 22)))

    assert [c.streak_days for c in made if is_bonus_day(c.streak_days)] == [7, 14, 21]


def test_a_date_that_never_was_breaks_no_streak() -> None:
    days = [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]

    made = _life(days, "Pacific/Apia")

    assert [c.streak_days for c in made] == [1, 2, 3, 4]
    assert not any(c.shielded_on for c in made)


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_one_login_each_day_of_whatever_length_is_one_streak(zone: str) -> None:
    days = dates_of(zone, datetime(2025, 1, 1, tzinfo=UTC), 365)

    assert [c.streak_days for c in _life(days, zone)] == list(range(1, len(days) + 1))


@given(zones, instants, st.lists(st.integers(0, 60 * 60), min_size=1, max_size=60))
def test_a_streak_is_as_long_as_a_calendar_says(
    zone: str, since: datetime, minutes: list[int]
) -> None:
    moments = [since + timedelta(minutes=passed) for passed in accumulate(minutes)]
    days = sorted({date_in(zone, at) for at in moments})
    shown = dates_of(zone, since - timedelta(days=1), (moments[-1] - since).days + 4)

    made = _life(days, zone)

    assert [c.streak_days for c in made] == _counted_on_paper(days, shown)


def _counted_on_paper(days: list[date], shown: list[date]) -> list[int]:
    """Count along the dates that there were, crossing out one a month at most."""
    streaks: list[int] = []
    crossed: set[tuple[int, int]] = set()
    streak = missed = 0
    for day in shown[shown.index(days[0]) : shown.index(days[-1]) + 1]:
        if day not in days:
            missed += 1
            continue
        yesterday = shown[shown.index(day) - 1]
        month = (yesterday.year, yesterday.month)
        if missed > 1 or (missed and month in crossed):
            streak = 0
        elif missed:
            crossed.add(month)
        streak, missed = streak + 1, 0
        streaks.append(streak)
    return streaks
