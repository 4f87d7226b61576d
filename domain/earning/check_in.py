"""Daily login: what today gives, and the week as the customer sees it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.earning.awards import personal
from domain.earning.models import Rule
from domain.earning.rules import Rulebook, rulebook
from domain.earning.streak import (
    WEEK,
    CheckIn,
    is_bonus_day,
    next_check_in,
    shield_is_left,
)
from domain.ledger.posting import Beside, Locked, lock_by
from domain.ledger.requests import RequestKey
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.earning", "check_in.sql")
# The one action whose points depend on a streak.
ACTION = "daily_login"
DayState = Literal["done", "missed", "shielded", "today", "coming"]


@dataclass(frozen=True)
class WeekDay:
    """One day of the week strip; `points` is what it gave, or would give."""

    on: date
    state: DayState
    points: int
    bonus: bool


@dataclass(frozen=True)
class Week:
    """Monday to Sunday of this week, and the streak as it stands.

    `tomorrow_points` is what tomorrow gives after a login today; the bonus of the next full
    week comes on `bonus_on`, if every login until then is made. `streak_days` counts today only
    once it is claimed; `shield_left` is about this month.
    """

    streak_days: int
    claimed_today: bool
    shield_left: bool
    today: date
    days: tuple[WeekDay, ...]
    tomorrow_points: int
    bonus_points: int
    bonus_on: date

    @property
    def points_today(self) -> int:
        """What a login today gives, or gave."""
        return next(day.points for day in self.days if day.on == self.today)


@dataclass(frozen=True)
class _Past:
    last: CheckIn | None
    shields: frozenset[date]


async def lock(
    connection: Connection, customer_id: UUID, *, now: datetime, request: RequestKey
) -> tuple[Locked, CheckIn]:
    """Lock the account as the ledger does; return with it the check-in that a login now makes."""
    locked, row = await lock_by(SQL["lock"], connection, customer_id, now=now, request=request)
    last = CheckIn(row["checked_in_on"], row["streak_days"]) if row["checked_in_on"] else None
    shields = frozenset(row["shields"] or ())
    return locked, next_check_in(last, shields, locked.business_date, locked.zone)


def record(made: CheckIn) -> Beside:
    """Return what keeps the check-in beside the posting that pays it."""
    return Beside(SQL["pay"], (made.business_date, made.streak_days, made.shielded_on))


def bonus_of(rule: Rule, streak_days: int) -> int:
    """Return the bonus that the rule gives on that day of a streak."""
    return int(rule.settings.get("weekly_bonus", 0)) if is_bonus_day(streak_days) else 0


async def _past(connection: Connection, customer_id: UUID, before: date) -> _Past:
    row = await connection.fetchrow(SQL["past"], customer_id, before)
    if row is None or row["business_date"] is None:
        return _Past(None, frozenset())
    last = CheckIn(row["business_date"], row["streak_days"])
    return _Past(last, frozenset(row["shields"] or ()))


async def week(program: Program, customer_id: UUID, *, now: datetime) -> Week:
    """Return this week of daily logins, past and to come, in the program's dates."""
    book = await personal(await rulebook(program.id), customer_id, now)
    async with db.reading() as connection:
        today_row = await connection.fetchrow(SQL["today"], customer_id, now)
        assert today_row is not None
        today, zone = today_row["today"], today_row["zone"]
        monday = today - timedelta(days=today.weekday())
        rows = await connection.fetch(SQL["between"], customer_id, monday, today)
        past = await _past(connection, customer_id, today)
    done = {row["business_date"]: row for row in rows}
    shielded = {row["shielded_on"] for row in rows}
    made = next_check_in(past.last, past.shields, today, zone)
    rule = book.rule(ACTION, now)
    claimed = today in done
    reached = done[today]["reached"] if claimed else made.streak_days

    def day(offset: int) -> WeekDay:
        on = monday + timedelta(days=offset)
        if on in done:
            row = done[on]
            return WeekDay(on, "done", row["points"], is_bonus_day(row["streak_days"]))
        if on < today:
            return WeekDay(on, "shielded" if on in shielded else "missed", 0, bonus=False)
        days = reached + (on - today).days
        state: DayState = "today" if on == today else "coming"
        return WeekDay(on, state, _promised(book, rule, days, now), is_bonus_day(days))

    alive = made.streak_days > 1
    to_bonus = -reached % WEEK or (WEEK if claimed else 0)
    return Week(
        streak_days=reached if claimed else reached - 1 if alive else 0,
        claimed_today=claimed,
        shield_left=shield_is_left(past.shields, today),
        today=today,
        days=tuple(day(offset) for offset in range(WEEK)),
        tomorrow_points=_promised(book, rule, reached + 1, now),
        bonus_points=_promised(book, rule, WEEK, now) - _promised(book, rule, 1, now),
        bonus_on=today + timedelta(days=to_bonus),
    )


def _promised(book: Rulebook, rule: Rule | None, streak_days: int, now: datetime) -> int:
    return book.points(rule, now, bonus=bonus_of(rule, streak_days)) if rule else 0
