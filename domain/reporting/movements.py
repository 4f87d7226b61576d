"""The movements behind a figure: every figure of a report is the sum of exactly these."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain import db
from domain.db import Connection
from domain.errors import InvalidInput
from domain.programs import Program
from domain.reporting.periods import EARLIEST, LATEST, Period
from domain.sql import queries

SQL = queries("domain.reporting", "movements.sql")
KINDS: Final = ("earned", "reversed", "redeemed", "reimbursed", "expired")
LIMIT_MAX: Final = 200
_CURSOR = re.compile(r"(\d{1,9})\.(\d{8})\.(\d{1,17})\.([0-9a-f]{32})\.(\d{1,9})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which movements of a period are meant: of these kinds, and of all that is not named.

    `on` is one day of the period, or the first of some when `through` is the last of them.
    """

    kinds: tuple[str, ...] = KINDS
    action: str | None = None
    on: date | None = None
    through: date | None = None
    customer_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MovementRow:
    """One movement, with the names that a reader wants beside it."""

    id: UUID
    customer_id: UUID
    customer: str
    current_balance: int
    seq: int
    kind: str
    action: str
    amount: int
    balance_after: int
    on_date: date
    effective_at: datetime
    recorded_at: datetime
    reference: str | None
    reason: str | None
    corrects_id: UUID | None
    actor: str
    actor_name: str | None


@dataclass(frozen=True)
class MovementsPage:
    """Some movements, the newest first, and the signed total and number of all of them."""

    rows: tuple[MovementRow, ...]
    next: str | None
    start: int
    amount: int
    count: int


async def movements_of(
    program: Program,
    period: Period,
    question: Question,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> MovementsPage:
    """Return a page of the movements behind a figure of a report of that period.

    Raises InvalidInput for an unknown kind, a bad cursor or a limit outside 1 to 200.
    """
    _check(question, limit)
    start, *behind = _place(cursor)
    asked = _arguments(program.id, period, question)
    async with db.snapshot() as connection:
        totals = await connection.fetchrow(SQL["totals"], *asked)
        rows = await connection.fetch(SQL["page"], *asked, *behind, limit + 1)
        shown = await _named(connection, rows[:limit])
    assert totals is not None
    return MovementsPage(
        rows=shown,
        next=_cursor(start + limit, shown[-1]) if len(rows) > limit else None,
        start=start,
        amount=totals["amount"],
        count=totals["count"],
    )


def _check(question: Question, limit: int) -> None:
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(f"limit must be 1 to {LIMIT_MAX}")
    for on in (question.on, question.through):
        if on is not None and not EARLIEST <= on <= LATEST:
            raise InvalidInput("days lie between 2000-01-01 and 2199-12-31")
    if not question.kinds or not set(question.kinds) <= set(KINDS):
        raise InvalidInput("unknown kind")


def _arguments(program_id: UUID, period: Period, question: Question) -> tuple[object, ...]:
    first, until = period.first, period.until
    if question.on is not None:
        first = max(first, question.on)
        until = min(until, (question.through or question.on) + timedelta(days=1))
    return (
        program_id,
        period.zone,
        first,
        until,
        list(question.kinds),
        question.action,
        question.customer_id,
    )


async def _named(connection: Connection, rows: Sequence[asyncpg.Record]) -> tuple[MovementRow, ...]:
    ids = list({row["customer_id"] for row in rows})
    customers = {row["customer_id"]: row for row in await connection.fetch(SQL["customers"], ids)}
    staff = await _staff_names(connection, {row["actor"] for row in rows})
    return tuple(_row(row, customers[row["customer_id"]], staff.get(row["actor"])) for row in rows)


async def _staff_names(connection: Connection, actors: set[str]) -> dict[str, str]:
    ids = [UUID(actor.partition(":")[2]) for actor in actors if actor.startswith("staff:")]
    if not ids:
        return {}
    found = await connection.fetch(SQL["staff"], ids)
    return {f"staff:{row['id']}": row["name"] for row in found}


def _row(row: asyncpg.Record, customer: asyncpg.Record, actor_name: str | None) -> MovementRow:
    values: dict[str, Any] = dict(row)
    return MovementRow(
        **values,
        customer=customer["name"],
        current_balance=customer["balance"],
        actor_name=actor_name,
    )


def _cursor(position: int, last: MovementRow) -> str:
    instant = (last.effective_at - _EPOCH) // _MICROSECOND
    parts = (position, f"{last.on_date:%Y%m%d}", instant, last.customer_id.hex, last.seq)
    return ".".join(str(part) for part in parts)


def _place(cursor: str | None) -> tuple[int, date | None, datetime | None, UUID | None, int | None]:
    """Read a cursor: how many were shown, and the last of them."""
    if cursor is None:
        return 0, None, None, None, None
    found = _CURSOR.fullmatch(cursor) if cursor.isascii() else None
    try:
        if found is None:
            raise ValueError
        return (
            int(found[1]),
            date.fromisoformat(found[2]),
            _EPOCH + int(found[3]) * _MICROSECOND,
            UUID(found[4]),
            int(found[5]),
        )
    except (ValueError, OverflowError):
        raise InvalidInput("bad cursor") from None
