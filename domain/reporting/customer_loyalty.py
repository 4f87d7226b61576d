"""Customer Loyalty: points issued, used and deducted in a period, and who brought friends."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from domain import db
from domain.db import Connection
from domain.earning.actions import ACTIONS
from domain.programs import Program
from domain.reporting.periods import Period
from domain.reporting.referrals import Referral, completed
from domain.sql import queries

SQL = queries("domain.reporting", "customer_loyalty.sql")
ISSUED: Final = ("earned",)
USED: Final = ("redeemed",)
DEDUCTED: Final = ("reversed", "expired")
# What the lists name even in a period in which it did not happen.
SOURCES: Final = tuple(code for code, action in ACTIONS.items() if action.scope != "source")
PURPOSES: Final = ("lucky_wheel", "gift_redemption", "discount")


@dataclass(frozen=True)
class Figure:
    """Points of one kind and action, without a sign, and how many movements they are."""

    kind: str
    action: str
    amount: int
    count: int


@dataclass(frozen=True)
class Part:
    """The figures of one section, the largest first."""

    figures: tuple[Figure, ...]

    @property
    def total(self) -> int:
        return sum(figure.amount for figure in self.figures)


@dataclass(frozen=True)
class Totals:
    """Issued is what was earned, used what was redeemed, deducted what was reversed or expired."""

    period: Period
    issued: Part
    used: Part
    deducted: Part


@dataclass(frozen=True)
class Day:
    """Points issued and used on one day, without signs."""

    on: date
    issued: int
    used: int


@dataclass(frozen=True)
class Referrer:
    """A customer and the referrals of theirs that were completed in the period."""

    customer_id: UUID
    name: str
    invite_code: str
    total: int
    points: int
    latest: date


@dataclass(frozen=True)
class CustomerLoyalty:
    """The report: all of its figures are of one instant."""

    totals: Totals
    previous: Totals
    days: tuple[Day, ...]
    referrers: tuple[Referrer, ...]


async def customer_loyalty(program: Program, period: Period) -> CustomerLoyalty:
    """Return the report of a period, beside the totals of the equally long one before it."""
    before = period.previous()
    async with db.snapshot() as connection:
        rows = await connection.fetch(
            SQL["by_day"], program.id, period.zone, before.first, period.until
        )
        referrals = await completed(connection, program.id, period)
        referrers = await _referrers(connection, referrals)
    now = [row for row in rows if row["on_date"] >= period.first]
    then = [row for row in rows if row["on_date"] < period.first]
    return CustomerLoyalty(
        totals=_totals(period, now),
        previous=_totals(before, then),
        days=_days(period, now),
        referrers=referrers,
    )


def _totals(period: Period, rows: Iterable[asyncpg.Record]) -> Totals:
    amounts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        sums = amounts[row["kind"], row["action"]]
        sums[0] += abs(row["amount"])
        sums[1] += row["count"]
    figures = [Figure(*which, *sums) for which, sums in amounts.items()]
    figures.sort(key=lambda figure: (-figure.amount, figure.action, figure.kind))
    return Totals(period, *(_part(figures, kinds) for kinds in (ISSUED, USED, DEDUCTED)))


def _part(figures: Iterable[Figure], kinds: tuple[str, ...]) -> Part:
    return Part(tuple(figure for figure in figures if figure.kind in kinds))


def _days(period: Period, rows: Iterable[asyncpg.Record]) -> tuple[Day, ...]:
    sums: defaultdict[tuple[date, str], int] = defaultdict(int)
    for row in rows:
        sums[row["on_date"], row["kind"]] += abs(row["amount"])
    return tuple(Day(on, sums[on, "earned"], sums[on, "redeemed"]) for on in period.dates())


async def _referrers(connection: Connection, referrals: Iterable[Referral]) -> tuple[Referrer, ...]:
    of: defaultdict[UUID, list[Referral]] = defaultdict(list)
    for referral in referrals:
        of[referral.referrer_id].append(referral)
    named = await connection.fetch(SQL["names"], list(of))
    found = [
        Referrer(
            customer_id=row["customer_id"],
            name=row["name"],
            invite_code=row["invite_code"],
            total=len(of[row["customer_id"]]),
            points=sum(referral.points for referral in of[row["customer_id"]]),
            latest=max(referral.on for referral in of[row["customer_id"]]),
        )
        for row in named
    ]
    return tuple(sorted(found, key=lambda one: (-one.total, -one.points, one.customer_id)))
