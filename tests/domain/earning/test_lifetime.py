from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.earning.lifetime import date_before, expires_at, months_later, start_of
from domain.earning.models import Rule
from tests.domain.earning.zones import ODD_ZONES, date_in, dates_of, instants, zones

SAIGON = "Asia/Ho_Chi_Minh"
dates = st.dates(date(2005, 1, 1), date(2030, 1, 1))


def _rule(kind: str, count: int | None = None, on: date | None = None) -> Rule:
    return Rule(action="purchase", lifetime_kind=kind, lifetime_count=count, lifetime_on=on)


def _noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00+07:00")


@pytest.mark.parametrize(
    ("_case", "rule", "earned", "gone"),
    [
        ("Voucherify: to the end of the day", _rule("months", 1), "2025-01-25", "2025-02-26"),
        ("Voucherify: a shorter month", _rule("months", 1), "2025-01-31", "2025-03-01"),
        ("a leap year", _rule("months", 1), "2024-01-31", "2024-03-01"),
        ("Voucherify: no month", _rule("months", 0), "2025-01-01", "2025-01-02"),
        ("twelve months from a leap day", _rule("months", 12), "2024-02-29", "2025-03-01"),
        ("over a year's end", _rule("months", 3), "2025-11-30", "2026-03-01"),
        ("Yotpo: a year ends on day 366", _rule("days", 365), "2025-01-01", "2026-01-01"),
        ("one day is the day itself", _rule("days", 1), "2025-05-05", "2025-05-06"),
        ("a fixed date", _rule("date", on=date(2025, 12, 31)), "2025-05-05", "2026-01-01"),
    ],
)
def test_points_are_gone_at_the_first_instant_of_a_date(
    _case: str, rule: Rule, earned: str, gone: str
) -> None:
    assert expires_at(rule, _noon(earned), SAIGON) == datetime.fromisoformat(f"{gone}T00:00+07:00")


def test_points_may_stay_for_ever() -> None:
    assert expires_at(_rule("never"), _noon("2025-01-01"), SAIGON) is None


def test_the_date_of_earning_is_the_zones_and_not_utc() -> None:
    late = datetime(2025, 1, 24, 17, 30, tzinfo=UTC)  # half past midnight of the 25th in Saigon

    assert expires_at(_rule("months", 1), late, SAIGON) == start_of(date(2025, 2, 26), SAIGON)


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("Africa/Cairo", date(2025, 4, 25), "2025-04-24T22:00Z"),
        ("Asia/Beirut", date(2025, 3, 30), "2025-03-29T22:00Z"),
        ("America/Santiago", date(2025, 9, 7), "2025-09-07T04:00Z"),
        ("America/Havana", date(2025, 11, 2), "2025-11-02T04:00Z"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00Z"),
    ],
)
def test_a_date_begins_also_where_midnight_is_missing_or_comes_twice(
    zone: str, day: date, first: str
) -> None:
    assert start_of(day, zone) == datetime.fromisoformat(first)


@given(zones, dates)
def test_a_date_begins_at_the_first_instant_that_shows_it(zone: str, day: date) -> None:
    first = start_of(day, zone)

    assert date_in(zone, first) >= day
    assert date_in(zone, first - timedelta(microseconds=1)) < day


@given(zones, instants, st.sampled_from([_rule("months", 2), _rule("days", 30)]))
def test_points_never_end_before_the_day_they_are_earned_is_over(
    zone: str, at: datetime, rule: Rule
) -> None:
    gone = expires_at(rule, at, zone)

    assert gone is not None
    assert date_in(zone, gone) > date_in(zone, at)


@given(dates, st.integers(0, 240))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, n: int) -> None:
    later = months_later(day, n)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert later.day <= day.day


@pytest.mark.parametrize(
    ("zone", "since"),
    [
        ("Pacific/Apia", datetime(2011, 12, 20, tzinfo=UTC)),
        *((zone, datetime(2025, 3, 20, tzinfo=UTC)) for zone in ODD_ZONES),
    ],
)
def test_the_date_before_is_the_one_that_the_clocks_showed(zone: str, since: datetime) -> None:
    shown: list[Any] = dates_of(zone, since, 40)

    assert [date_before(day, zone) for day in shown[1:]] == shown[:-1]
