"""Habits: how often customers do what a rule pays for, measured here or assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from domain import db
from domain.earning.actions import ACTIONS, Scope
from domain.earning.check_in import ACTION as CHECK_IN
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.earning", "habits.sql")
DAYS: Final = 30
ASSUMED_CUSTOMERS: Final = 100


@dataclass(frozen=True)
class Habits:
    """What the customers of a program do in thirty days, about one action.

    `often` and `on_a_day`: how many customers, and how many days of a customer, by how often.
    `full_weeks`: the part of it that completes a week of a streak. `is_measured` is False for
    assumed numbers.
    """

    often: Mapping[int, int]
    on_a_day: Mapping[int, int] = field(default_factory=dict)
    full_weeks: Fraction = Fraction(0)
    is_measured: bool = True

    @property
    def customers(self) -> int:
        """How many did it at all."""
        return sum(self.often.values())

    @property
    def times(self) -> int:
        """How often it was done by all of them."""
        return sum(times * count for times, count in self.often.items())


# What a hundred customers of a program without a history are taken to do. Declared, not measured:
# whoever shows it says so.
ASSUMED: Final[Mapping[Scope, Habits]] = {
    "business_date": Habits(
        often={2: 30, 6: 25, 12: 20, 20: 15, 28: 10},
        on_a_day={1: 1030},
        full_weeks=Fraction(1, 12),
        is_measured=False,
    ),
    "ever": Habits(often={1: 60}, on_a_day={1: 60}, is_measured=False),
    "referee": Habits(often={1: 14, 2: 4, 5: 2}, on_a_day={1: 28, 2: 2}, is_measured=False),
    "source": Habits(often={1: 40, 3: 15, 8: 5}, on_a_day={1: 125}, is_measured=False),
}


async def habits(program: Program, action: str, *, now: datetime) -> Habits:
    """Return what the program's customers did in the last thirty days, today included.

    Where nobody did it, what we assume.
    """
    async with db.reading() as connection:
        today: date = await connection.fetchval(SQL["today"], program.id, now)
        since = today - timedelta(days=DAYS - 1)
        asked = (program.id, since, now - timedelta(days=DAYS), action)
        often = await connection.fetch(SQL["often"], *asked)
        if not often:
            return ASSUMED[ACTIONS[action].scope]
        on_a_day = await connection.fetch(SQL["on_a_day"], *asked)
        weeks = 0
        if action == CHECK_IN:
            weeks = await connection.fetchval(SQL["full_weeks"], program.id, since, action)
    days = {row["times"]: row["days"] for row in on_a_day}
    done = sum(times * count for times, count in days.items())
    return Habits(
        often={row["times"]: row["customers"] for row in often},
        on_a_day=days,
        full_weeks=Fraction(weeks, done),
    )
