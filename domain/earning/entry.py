"""One movement as its owner may see it: why it happened, what it opened, took and corrected."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import db
from domain.errors import NotFound
from domain.sql import queries

SQL = queries("domain.earning", "entry.sql")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Points that came in together, and how many of them are left."""

    amount: int
    remaining: int
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Points that went out of an earlier movement's, or back to it when negative."""

    amount: int
    expires_at: datetime | None
    movement_id: UUID
    action: str
    effective_at: datetime


@dataclass(frozen=True, kw_only=True)
class Related:
    """Another movement, which corrects this one or is corrected by it."""

    id: UUID
    kind: str
    action: str
    amount: int
    effective_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A movement with everything that explains it.

    `decided` holds what the rule was applied to, such as the days of a streak.
    """

    id: UUID
    seq: int
    kind: str
    action: str
    amount: int
    balance_after: int
    debt_delta: int
    business_date: date
    effective_at: datetime
    recorded_at: datetime
    reason: str | None
    rule_version: int | None
    rule_points: int | None
    decided: dict[str, Any]
    opened: tuple[Opened, ...]
    taken: tuple[Taken, ...]
    corrects: Related | None
    corrected_by: tuple[Related, ...]

    @property
    def balance_before(self) -> int:
        """The balance on which it came."""
        return self.balance_after - self.amount


async def entry(customer_id: UUID, movement_id: UUID) -> Entry:
    """Return a customer's own movement; raises NotFound, also for somebody else's."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["entry"], customer_id, movement_id)
        if row is None:
            raise NotFound
        fields = dict(row)
        corrects_id = fields.pop("corrects_id")
        opened = await connection.fetch(SQL["opened"], customer_id, movement_id)
        taken = await connection.fetch(SQL["taken"], customer_id, movement_id)
        after = await connection.fetch(SQL["corrections"], customer_id, movement_id)
        before = await connection.fetchrow(SQL["corrected"], customer_id, corrects_id)
    return Entry(
        **fields | {"decided": fields["decided"] or {}},
        opened=tuple(Opened(**lot) for lot in opened),
        taken=tuple(Taken(**part) for part in taken),
        corrects=Related(**before) if before else None,
        corrected_by=tuple(Related(**one) for one in after),
    )
