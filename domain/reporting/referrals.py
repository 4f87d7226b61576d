"""Referrals completed in a period, each with the movements that paid for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.earning.actions import ACTIONS
from domain.errors import InvalidInput
from domain.programs import Program
from domain.reporting.periods import Period
from domain.sql import queries

SQL = queries("domain.reporting", "referrals.sql")
LIMIT_MAX: Final = 200
TO_REFERRER: Final = tuple(code for code, a in ACTIONS.items() if a.paid_to == "referrer")
TO_REFEREE: Final = tuple(code for code, a in ACTIONS.items() if a.paid_to == "referee")


@dataclass(frozen=True)
class Payment:
    """A movement that paid for a referral."""

    movement_id: UUID
    customer_id: UUID
    action: str
    amount: int
    on: date


@dataclass(frozen=True)
class Referral:
    """A friend whom a referrer brought, and what both were paid for it."""

    referee_id: UUID
    referrer_id: UUID
    on: date
    completed_at: datetime
    payments: tuple[Payment, ...]

    @property
    def points(self) -> int:
        """What the referrer was paid."""
        mine = (paid for paid in self.payments if paid.customer_id == self.referrer_id)
        return sum(paid.amount for paid in mine)


@dataclass(frozen=True)
class ReferralsPage:
    """Some referrals, the newest first, and the totals of all that the question asks for."""

    rows: tuple[Referral, ...]
    names: dict[UUID, str]
    next: str | None
    start: int
    total: int
    points: int


async def referrals_of(
    program: Program,
    period: Period,
    *,
    referrer_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> ReferralsPage:
    """Return a page of the referrals that the report counted, of one customer or of all.

    Raises InvalidInput for a bad cursor or a limit outside 1 to 200.
    """
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(f"limit must be 1 to {LIMIT_MAX}")
    async with db.snapshot() as connection:
        everything = await completed(connection, program.id, period, referrer_id)
        start = _after(cursor, everything)
        rows = everything[start : start + limit]
        people = {one for row in rows for one in (row.referee_id, row.referrer_id)}
        named = await connection.fetch(SQL["names"], list(people))
    more = start + limit < len(everything)
    return ReferralsPage(
        rows=tuple(rows),
        names={row["customer_id"]: row["name"] for row in named},
        next=str(rows[-1].referee_id) if more else None,
        start=start,
        total=len(everything),
        points=sum(row.points for row in everything),
    )


async def completed(
    connection: Connection, program_id: UUID, period: Period, referrer_id: UUID | None = None
) -> Sequence[Referral]:
    """Return the referrals completed in a period and not cancelled since, the newest first."""
    rows = await connection.fetch(
        SQL["completed"], program_id, period.zone, period.first, period.until, referrer_id
    )
    payments = await _payments(
        connection, period, [(row["referee_id"], row["referrer_id"]) for row in rows]
    )
    return [
        Referral(
            referee_id=row["referee_id"],
            referrer_id=row["referrer_id"],
            on=row["on_date"],
            completed_at=row["completed_at"],
            payments=tuple(payments[row["referee_id"]]),
        )
        for row in rows
    ]


async def _payments(
    connection: Connection, period: Period, edges: Iterable[tuple[UUID, UUID]]
) -> defaultdict[UUID, list[Payment]]:
    """Find what was paid for each referee, to either end of the edge."""
    facts = {
        (customer, ACTIONS[action].business_key(source=str(referee))): referee
        for referee, referrer in edges
        for customer, actions in ((referrer, TO_REFERRER), (referee, TO_REFEREE))
        for action in actions
    }
    paid: defaultdict[UUID, list[Payment]] = defaultdict(list)
    rows = await connection.fetch(
        SQL["paid_for"], [customer for customer, _ in facts], [key for _, key in facts]
    )
    for row in rows:
        on = row["utc_date"] if period.zone == "utc" else row["business_date"]
        paid[facts[row["customer_id"], row["business_key"]]].append(
            Payment(row["id"], row["customer_id"], row["action"], row["amount"], on)
        )
    return paid


def _after(cursor: str | None, everything: Sequence[Referral]) -> int:
    if cursor is None:
        return 0
    for position, referral in enumerate(everything):
        if str(referral.referee_id) == cursor:
            return position + 1
    raise InvalidInput("bad cursor")
