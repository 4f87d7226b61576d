"""What a change of a rule means for a typical customer and for the program: pure arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.earning.habits import Habits
from domain.earning.rule_values import RuleValues

_TYPICAL, _BUSY = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Month:
    """Points in thirty days: of a typical customer, of a busy one, of the whole program."""

    typical: int
    busy: int
    program: int


@dataclass(frozen=True)
class Preview:
    """Thirty days by the rule in force and by another one, if customers do what they do.

    Typical is the median of those who do it at all, busy the 90th percentile. Campaigns are left
    out, and so is what another number of points would make customers do.
    """

    habits: Habits
    typical_times: int
    busy_times: int
    now: Month
    after: Month


def preview(habits: Habits, now: RuleValues, after: RuleValues) -> Preview:
    """Return what both rules give for the same habits."""
    typical, busy = _percentile(habits.often, _TYPICAL), _percentile(habits.often, _BUSY)
    months = (_month(habits, values, typical, busy) for values in (now, after))
    return Preview(habits, typical, busy, *months)


def _month(habits: Habits, values: RuleValues, typical: int, busy: int) -> Month:
    each = values.points if values.enabled else 0
    bonus = values.settings.get("weekly_bonus", 0) if values.enabled else 0
    paid = each * _paid_part(habits, values.daily_cap) + bonus * habits.full_weeks
    return Month(*(round(times * paid) for times in (typical, busy, habits.times)))


def _paid_part(habits: Habits, daily_cap: int | None) -> Fraction:
    """Return which part of what is done stays within a cap of a day."""
    done = sum(times * days for times, days in habits.on_a_day.items())
    if daily_cap is None or not done:
        return Fraction(1)
    paid = sum(min(times, daily_cap) * days for times, days in habits.on_a_day.items())
    return Fraction(paid, done)


def _percentile(often: Mapping[int, int], part: Fraction) -> int:
    """Return how often it is done by the customer at that place, the one who does it least first."""
    wanted, passed = part * sum(often.values()), 0
    for times in sorted(often):
        passed += often[times]
        if passed >= wanted:
            return times
    return 0
