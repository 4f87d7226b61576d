"""Bounds: what staff may put into a rule or a campaign, each number by its name."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from domain.earning.actions import ACTIONS
from domain.errors import InvalidInput, Refusal
from domain.words import marked as _

POINTS: Final = (0, 1_000_000)
DAILY_CAP: Final = (1, 1000)
LIFETIME_DAYS: Final = (1, 3650)
LIFETIME_MONTHS: Final = (1, 120)
HOLDING_DAYS: Final = (0, 365)
MULTIPLIER: Final = (Decimal("1.01"), Decimal(20))
BUDGET: Final = (1, 1_000_000_000)
CUSTOMER_CAP: Final = (1, 1_000_000)
NAME_MAX: Final = 80
# Nobody plans further ahead than this; a campaign may last as long.
AHEAD: Final = timedelta(days=731)

Limit = TypeVar("Limit", int, Decimal)


class OutOfBounds(Refusal):
    """Enter %(least)s to %(most)s."""

    code = "out_of_bounds"


Problems = Iterator[tuple[str, Refusal]]


def within(name: str, value: Limit, bounds: tuple[Limit, Limit]) -> Problems:
    """Yield what is wrong with a number, under the field's name."""
    least, most = bounds
    if not least <= value <= most:
        yield name, OutOfBounds(field=name, least=least, most=most)


def lifetime(kind: str, count: int | None, on: date | None, today: date) -> Problems:
    """Yield what is wrong with how long points live."""
    limits = {"days": LIFETIME_DAYS, "months": LIFETIME_MONTHS}
    if kind in limits:
        yield from within("lifetime_count", count or 0, limits[kind])
    elif kind == "date":
        if on is None or not today <= on <= today + timedelta(days=LIFETIME_DAYS[1]):
            yield "lifetime_on", InvalidInput(_("Choose a day from today on, within ten years."))
    elif kind != "never":
        yield "lifetime_kind", InvalidInput(_("Choose one of these."))


def settings(action: str, given: dict[str, int]) -> Problems:
    """Yield what is wrong with the numbers that only this action has."""
    known = {setting.code: setting for setting in ACTIONS[action].settings}
    for name in sorted(known.keys() ^ given.keys()):
        yield name, InvalidInput(_("This action has other settings."))
    for name in known.keys() & given.keys():
        yield from within(name, given[name], (known[name].least, known[name].most))


def start(name: str, at: datetime, now: datetime) -> Problems:
    """Yield what is wrong with an instant that is still to come."""
    if not now <= at <= now + AHEAD:
        yield name, InvalidInput(_("Choose a time from now on, within two years."))
