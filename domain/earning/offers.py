"""Offers: what a customer can earn now, what is done, and what comes later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain import db
from domain.customers.models import Customer
from domain.earning.actions import ACTIONS, Action
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
    book = await rulebook(program.id)
    strip = await week(program, customer.customer_id, now=now)
    today = next((day for day in strip.days if day.state == "today"), None)
    claimed = await _claimed(customer)
    zone = await zone_of(program.id, now)
    tomorrow = start_of(strip.today + timedelta(days=1), zone)
    found = []
    for action in ACTIONS.values():
        rule = book.rule(action.code, now)
        if rule is None or not rule.points:
            continue
        count = claimed.get(action.code, 0)
        is_daily = action.scope == "business_date"
        done = strip.claimed_today if is_daily else action.scope == "ever" and count > 0
        state: State = "done" if done else "available"
        if customer.registered_at is None and action.claimable:
            state = "locked"
        points = today.points if is_daily and today else book.points(rule, now)
        found.append(Offer(action, points, state, tomorrow if is_daily and done else None, count))
    return tuple(found)


async def _claimed(customer: Customer) -> dict[str, int]:
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["claimed"], customer.customer_id)
    return {row["action"]: row["n"] for row in rows}
