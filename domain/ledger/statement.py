"""A customer's movements, newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain import db
from domain.errors import InvalidInput
from domain.sql import queries

SQL = queries("domain.ledger", "statement.sql")
KINDS = ("earned", "reversed", "redeemed", "reimbursed", "expired")
LIMIT_MAX = 100


@dataclass(frozen=True)
class MovementLine:
    """One line of a customer's history."""

    id: UUID
    seq: int
    kind: str
    action: str
    amount: int
    balance_after: int
    business_date: date
    effective_at: datetime
    reason: str | None


@dataclass(frozen=True)
class MovementPage:
    """Some lines, and the cursor of the next ones; None at the end."""

    items: tuple[MovementLine, ...]
    next: str | None


async def movements(
    customer_id: UUID, *, cursor: str | None = None, limit: int = 20, kind: str | None = None
) -> MovementPage:
    """Return a page of the history, newest first, of one kind or of all.

    Raises InvalidInput for an unknown kind, a bad cursor, or a limit outside 1 to 100.
    """
    if kind is not None and kind not in KINDS:
        raise InvalidInput("unknown kind")
    if not 1 <= limit <= LIMIT_MAX:
        raise InvalidInput(f"limit must be 1 to {LIMIT_MAX}")
    before = _before(cursor)
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["page"], customer_id, before, kind, limit + 1)
    lines = tuple(MovementLine(**row) for row in rows[:limit])
    return MovementPage(lines, str(lines[-1].seq) if len(rows) > limit else None)


def _before(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 9):  # noqa: PLR2004
        raise InvalidInput("bad cursor")
    return int(cursor)
