"""The decision log of a whole program: every attempt to earn, found, counted, and forgotten."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from domain import db, programs
from domain.db import Connection
from domain.earning.lifetime import start_of
from domain.errors import InvalidInput
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.earning", "decision_log.sql")
PAID: Final = ("posted", "pending")
LIMIT_MAX: Final = 200
DAYS_MAX: Final = 731
# As many customers of a name are looked at, those who joined last.
NAMED_MAX: Final = 100
_CURSOR = re.compile(r"(\d{1,17})\.([0-9a-f]{32})")
_CODE = re.compile(r"[a-z_]{2,40}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
Outcome = Literal["paid", "refused"]


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which attempts are meant: on these days of the program's zone, and of all that is not None.

    `customer` is an id or a part of a name; `verdict` is one reason, `outcome` a kind of them.
    """

    first: date
    last: date
    customer: str | None = None
    action: str | None = None
    verdict: str | None = None
    outcome: Outcome | None = None
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """One attempt, with the name of whoever made it."""

    id: UUID
    customer_id: UUID
    customer: str
    action: str
    verdict: str
    rule_version: int | None
    facts: Mapping[str, Any]
    channel: str
    decided_at: datetime

    @property
    def is_paid(self) -> bool:
        return self.verdict in PAID


@dataclass(frozen=True)
class DecisionsPage:
    """Some attempts, the newest first, and how many came to what, whatever the verdict asked for.

    `too_many`: more customers have that name than were looked at.
    """

    rows: tuple[DecisionRow, ...]
    next: str | None
    counts: Mapping[str, int]
    too_many: bool = False

    @property
    def paid(self) -> int:
        return sum(self.counts.get(verdict, 0) for verdict in PAID)

    @property
    def refusals(self) -> tuple[tuple[str, int], ...]:
        """Each reason and how many were refused for it, the most frequent first."""
        refused = [(verdict, n) for verdict, n in self.counts.items() if verdict not in PAID]
        return tuple(sorted(refused, key=lambda found: (-found[1], found[0])))

    @property
    def refused(self) -> int:
        return sum(number for _, number in self.refusals)


async def search(
    program: Program, wanted: Search, *, now: datetime, cursor: str | None = None, limit: int = 50
) -> DecisionsPage:
    """Return a page of the attempts that are meant; raises InvalidInput for what cannot be asked."""
    _check(wanted, limit)
    zone = await programs.zone_of(program.id, now)
    days = (start_of(wanted.first, zone), start_of(wanted.last + _DAY, zone))
    asked = (program.id, *days, wanted.action, wanted.channel)
    async with db.snapshot() as connection:
        customers = await _customers(connection, program, wanted.customer)
        behind = (*_verdicts(wanted), *_place(cursor), limit + 1)
        if customers is None:
            rows = await connection.fetch(SQL["page"], *asked, *behind)
            counts = await connection.fetch(SQL["counts"], *asked)
        else:
            meant = customers[:NAMED_MAX]
            rows = await connection.fetch(SQL["page_of_customers"], *asked, *behind, meant)
            counts = await connection.fetch(SQL["counts_of_customers"], *asked, meant)
    shown = tuple(DecisionRow(**row) for row in rows[:limit])
    return DecisionsPage(
        rows=shown,
        next=_cursor(shown[-1]) if len(rows) > limit else None,
        counts={row["verdict"]: row["attempts"] for row in counts},
        too_many=len(customers or ()) > NAMED_MAX,
    )


async def forget(program_id: UUID, before: datetime, limit: int) -> int:
    """Delete a program's oldest attempts before an instant; return how many went."""
    async with db.transaction() as connection:
        done = await connection.execute(SQL["forget"], program_id, before, limit)
    return int(done.rpartition(" ")[2])


async def _customers(
    connection: Connection, program: Program, asked: str | None
) -> list[UUID] | None:
    """Return whom a text means; None if it is everybody."""
    if not asked:
        return None
    try:
        customer_id = UUID(asked)
    except ValueError:
        escaped = re.sub(r"([\\%_])", r"\\\1", asked)
        rows = await connection.fetch(SQL["named"], program.id, escaped, NAMED_MAX + 1)
        return [row["customer_id"] for row in rows]
    is_known = await connection.fetchval(SQL["known"], customer_id, program.id)
    return [customer_id] if is_known else []


def _check(wanted: Search, limit: int) -> None:
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(f"limit must be 1 to {LIMIT_MAX}")
    if wanted.first > wanted.last:
        raise InvalidInput("the first day is after the last")
    if not date(2000, 1, 1) <= wanted.first <= wanted.last <= date(2199, 12, 31):
        raise InvalidInput("days lie between 2000-01-01 and 2199-12-31")
    if (wanted.last - wanted.first).days >= DAYS_MAX:
        raise InvalidInput(f"the log shows at most {DAYS_MAX} days at once")
    for code in (wanted.action, wanted.verdict, wanted.channel):
        if code is not None and not _CODE.fullmatch(code):
            raise InvalidInput("unknown code")


def _verdicts(wanted: Search) -> tuple[list[str] | None, bool]:
    """Return some verdicts, and whether these are meant or all others."""
    if wanted.verdict:
        return [wanted.verdict], True
    return (list(PAID), wanted.outcome == "paid") if wanted.outcome else (None, True)


def _cursor(last: DecisionRow) -> str:
    return f"{(last.decided_at - _EPOCH) // _MICROSECOND}.{last.id.hex}"


def _place(cursor: str | None) -> tuple[datetime | None, UUID | None]:
    if cursor is None:
        return None, None
    found = _CURSOR.fullmatch(cursor) if cursor.isascii() else None
    try:
        if found is None:
            raise ValueError
        return _EPOCH + int(found[1]) * _MICROSECOND, UUID(found[2])
    except (ValueError, OverflowError):
        raise InvalidInput("bad cursor") from None
