"""The streak of daily logins: a function of dates alone."""

from dataclasses import dataclass
from datetime import date

from domain.earning.lifetime import date_before

WEEK = 7


@dataclass(frozen=True)
class CheckIn:
    """One date on which a customer checked in, and the streak it made."""

    business_date: date
    streak_days: int
    shielded_on: date | None = None


def next_check_in(
    last: CheckIn | None, shields: frozenset[date], today: date, zone: str
) -> CheckIn:
    """Return the check-in of today.

    A missed date ends the streak, unless it is a single one and no other date of its calendar
    month was shielded. `shields`: the dates shielded so far.
    """
    if last is None:
        return CheckIn(today, 1)
    yesterday = date_before(today, zone)
    if last.business_date == yesterday:
        return CheckIn(today, last.streak_days + 1)
    if last.business_date == date_before(yesterday, zone) and shield_is_left(shields, yesterday):
        return CheckIn(today, last.streak_days + 1, shielded_on=yesterday)
    return CheckIn(today, 1)


def shield_is_left(shields: frozenset[date], day: date) -> bool:
    """Tell whether the shield of that day's month is still there."""
    return all((used.year, used.month) != (day.year, day.month) for used in shields)


def is_bonus_day(streak_days: int) -> bool:
    """Tell whether this day of a streak completes a week."""
    return streak_days % WEEK == 0
