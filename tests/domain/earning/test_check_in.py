from datetime import UTC, date, datetime, timedelta
from random import Random

import asyncpg
import pytest

from domain.customers.models import Customer
from domain.earning.check_in import Week, week
from domain.earning.claims import claim
from domain.earning.lifetime import start_of
from domain.earning.rules import change_rule
from domain.ledger.audit import run as audit
from domain.ledger.requests import ClockBehind, Verdict
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.earning.zones import ODD_ZONES, date_in
from tests.factories import a_key, a_member, a_program, balance_of

NOW = MONDAY_NOON
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


async def _logs_in(program: Program, member: Customer, now: datetime) -> Verdict:
    return await claim(
        program,
        member.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=now,
        request=a_key(member.customer_id),
    )


async def _streak(program: Program, member: Customer, now: datetime) -> int:
    return int((await _logs_in(program, member, now)).facts["streak_days"])


def _strip(seen: Week) -> str:
    letters = {"done": "d", "missed": "-", "shielded": "s", "today": "?", "coming": "."}
    return "".join(letters[day.state] for day in seen.days)


@pytest.mark.parametrize(
    ("zone", "first", "days"),
    [
        ("Africa/Cairo", date(2025, 4, 24), 3),
        ("Asia/Beirut", date(2025, 3, 29), 3),
        ("America/Santiago", date(2025, 9, 6), 3),
        ("America/Havana", date(2025, 11, 1), 3),
        ("Australia/Lord_Howe", date(2025, 10, 4), 3),
        ("Pacific/Apia", date(2011, 12, 28), 5),
    ],
)
async def test_each_date_pays_once_from_its_first_to_its_last_instant(
    opened: str, zone: str, first: date, days: int
) -> None:
    dates = [first + timedelta(days=n) for n in range(days)]
    dates = [day for day in dates if start_of(day, zone) < start_of(day + DAY, zone)]
    program = await a_program(zone=zone, now=start_of(first, zone))
    member = await a_member(program, now=start_of(first, zone))

    verdicts = []
    for day in dates:
        last = start_of(day + timedelta(days=1), zone) - TICK
        verdicts += [await _logs_in(program, member, at) for at in (start_of(day, zone), last)]

    assert [v.status for v in verdicts] == [201, 409] * len(dates)
    streaks = [v.facts["streak_days"] for v in verdicts[::2]]
    assert streaks == list(range(1, len(dates) + 1))
    assert await audit() == []


@pytest.mark.parametrize(("zone", "seed"), [(zone, n) for n, zone in enumerate(ODD_ZONES[:4])])
async def test_whenever_somebody_logs_in_each_date_pays_once(
    opened: str, zone: str, seed: int
) -> None:
    dice, at = Random(seed), start_of(date(2025, 3, 20), zone)
    program = await a_program(zone=zone, now=at)
    member = await a_member(program, now=at)
    paid: list[date] = []

    for _ in range(25):
        at += timedelta(minutes=dice.choice((1, 40, 11 * 60, 24 * 60, 25 * 60, 49 * 60)))
        today = date_in(zone, at)
        set_back = await _logs_in(program, member, at) if dice.random() < 0.3 else None
        verdict = await _logs_in(program, member, at - timedelta(minutes=4 if set_back else 0))
        assert (set_back or verdict).status == (409 if today in paid else 201)
        assert not set_back or verdict.status == 409
        paid.append(today)

    assert await audit() == []


async def test_a_clock_set_back_over_midnight_pays_no_second_time(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    midnight = start_of(date(2026, 3, 3), "Asia/Ho_Chi_Minh")
    minute = timedelta(minutes=1)

    moments = [midnight - minute, midnight + minute, midnight - minute, midnight + 2 * minute]
    verdicts = [await _logs_in(program, member, at) for at in moments]

    assert [v.status for v in verdicts] == [201, 201, 409, 409]
    assert await balance_of(member, now=moments[-1]) == 50 + 2 * 10


async def test_a_clock_far_behind_the_ledger_earns_nothing(opened: str) -> None:
    program = await a_program()
    member = await a_member(program, now=NOW + DAY)

    with pytest.raises(ClockBehind):
        await _logs_in(program, member, NOW)

    assert await balance_of(member, now=NOW + DAY) == 50


async def _move_to(zone: str, program: Program, dsn: str, *, asked_on: date, old: str) -> datetime:
    """Change the zone as the ledger's rule has it; return when the new one takes effect."""
    effective = start_of(asked_on + timedelta(days=1), old)
    owner = await asyncpg.connect(dsn)
    await owner.execute(
        "insert into program_zone (program_id, from_instant, zone, floor_date)"
        " values ($1, $2, $3, $4)",
        program.id,
        effective,
        zone,
        asked_on,
    )
    await owner.close()
    return effective


@pytest.mark.parametrize(
    ("_case", "old", "new", "hours", "paid"),
    [
        # 17:00 UTC: the date stays 3 March until Los Angeles has it over, 15 hours later.
        ("west", "Asia/Ho_Chi_Minh", "America/Los_Angeles", (-1, 0, 14, 15, 38, 39), "100101"),
        # 8:00 UTC: it is 4 March in both, and over in Saigon 9 hours later.
        ("east", "America/Los_Angeles", "Asia/Ho_Chi_Minh", (-1, 0, 8, 9, 32, 33), "110101"),
    ],
)
async def test_a_changed_zone_pays_no_date_twice_and_breaks_no_streak(
    opened: str, _case: str, old: str, new: str, hours: tuple[int, ...], paid: str
) -> None:
    program = await a_program(zone=old)
    member = await a_member(program)
    effective = await _move_to(new, program, opened, asked_on=date(2026, 3, 3), old=old)

    verdicts = [
        await _logs_in(program, member, effective + timedelta(hours=hour)) for hour in hours
    ]

    assert "".join("1" if v.status == 201 else "0" for v in verdicts) == paid
    streaks = [v.facts["streak_days"] for v in verdicts if v.status == 201]
    assert streaks == list(range(1, paid.count("1") + 1))
    assert await audit() == []


async def test_the_week_of_a_new_member(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)

    seen = await week(program, member.customer_id, now=NOW + 2 * DAY)

    assert _strip(seen) == "--?...."
    assert [day.points for day in seen.days] == [0, 0, 10, 10, 10, 10, 10]
    assert (seen.streak_days, seen.claimed_today, seen.shield_left) == (0, False, True)
    assert seen.days[0].on == date(2026, 3, 2)


async def test_the_week_fills_and_promises_the_bonus_of_its_seventh_day(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    for n in range(3):
        await _logs_in(program, member, NOW + n * DAY)

    claimed = await week(program, member.customer_id, now=NOW + 2 * DAY)
    next_day = await week(program, member.customer_id, now=NOW + 3 * DAY)

    assert (_strip(claimed), claimed.streak_days, claimed.claimed_today) == ("ddd....", 3, True)
    assert (_strip(next_day), next_day.streak_days, next_day.claimed_today) == ("ddd?...", 3, False)
    assert [day.points for day in next_day.days] == [10] * 6 + [60]
    assert [day.bonus for day in next_day.days] == [False] * 6 + [True]
    assert (next_day.tomorrow_points, next_day.bonus_on) == (10, date(2026, 3, 8))


async def test_a_shield_shows_what_it_covered_and_is_used_for_the_month(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    for n in (0, 1):
        await _logs_in(program, member, NOW + n * DAY)

    before = await week(program, member.customer_id, now=NOW + 3 * DAY)
    streak = await _streak(program, member, NOW + 3 * DAY)
    after = await week(program, member.customer_id, now=NOW + 3 * DAY)
    broken = await week(program, member.customer_id, now=NOW + 5 * DAY)

    assert (_strip(before), before.streak_days, before.shield_left) == ("dd-?...", 2, True)
    assert (_strip(after), streak, after.streak_days) == ("ddsd...", 3, 3)
    assert not after.shield_left
    assert (_strip(broken), broken.streak_days) == ("ddsd-?.", 0)


async def test_a_new_month_brings_a_new_shield_on_its_first_day(opened: str) -> None:
    program = await a_program()
    since = datetime(2026, 4, 27, 5, tzinfo=UTC)  # a Monday
    member = await a_member(program, now=since)
    for n in (0, 2):
        await _logs_in(program, member, since + n * DAY)

    april = await week(program, member.customer_id, now=since + 3 * DAY)
    may = await week(program, member.customer_id, now=since + 4 * DAY)

    assert (april.shield_left, may.shield_left) == (False, True)


async def test_a_streak_goes_on_over_weeks_and_pays_each_seventh_day(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)

    points = [(await _logs_in(program, member, NOW + n * DAY)).facts["points"] for n in range(14)]
    after = await week(program, member.customer_id, now=NOW + 13 * DAY)

    assert points == ([10] * 6 + [60]) * 2
    assert (_strip(after), after.streak_days) == ("ddddddd", 14)
    assert (after.bonus_on - after.today).days == 7


async def test_a_day_that_pays_nothing_is_promised_as_nothing(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await change_rule(program.id, "daily_login", now=NOW, by="staff", enabled=False)

    seen = await week(program, member.customer_id, now=NOW)
    refused = await _logs_in(program, member, NOW)

    assert {day.points for day in seen.days} == {0}
    assert (refused.status, refused.facts["code"]) == (409, "action_unavailable")
