"""Offers: what a customer can earn now, what is done, and what comes later."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from domain import db
from domain.customers.models import Customer
from domain.earning.actions import ACTIONS, Action
from domain.earning.awards import personal
from domain.earning.check_in import ACTION as CHECK_IN
from domain.earning.check_in import week
from domain.earning.lifetime import start_of
from domain.earning.rules import rulebook
from domain.programs import Program, zone_of
from domain.sql import queries

SQL = queries("domain.earning", "offers.sql")
State = Literal["available", "done", "locked"]


@dataclass(frozen=True)
class Offer:
    """One action as a customer sees it; `until` is when its state changes by itself."""

    action: Action
    points: int
    state: State
    until: datetime | None
    claimed: int


async def offers(program: Program, customer: Customer, *, now: datetime) -> tuple[Offer, ...]:
    """Return every action that the program pays for now, in the order of the catalogue."""
    book = await personal(await rulebook(program.id), customer.customer_id, now)
    strip = await week(program, customer.customer_id, now=now)
    claimed = await _claimed(customer, strip.today)
    tomorrow = start_of(strip.today + timedelta(days=1), await zone_of(program.id, now))
    found = []
    for action in ACTIONS.values():
        rule = book.rule(action.code, now)
        if rule is None or not rule.points:
            continue
        count, was_today = claimed.get(action.code, (0, False))
        state = _state(action, customer, count, was_today=was_today)
        is_over_tomorrow = state == "done" and action.scope == "business_date"
        points = strip.points_today if action.code == CHECK_IN else book.points(rule, now)
        found.append(Offer(action, points, state, tomorrow if is_over_tomorrow else None, count))
    return tuple(found)


def _state(action: Action, customer: Customer, count: int, *, was_today: bool) -> State:
    if customer.registered_at is None and action.claimable:
        return "locked"
    is_done = was_today if action.scope == "business_date" else action.scope == "ever" and count > 0
    return "done" if is_done else "available"


async def _claimed(customer: Customer, today: date) -> dict[str, tuple[int, bool]]:
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["claimed"], customer.customer_id, today.isoformat())
    return {row["action"]: (row["n"], row["on_date"]) for row in rows}
