"""Posting: the one door to the ledger, seen from Python."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain import db
from domain.db import Connection
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.ledger.requests import ClockBehind, InProgress, KeyReused, RequestKey, Verdict
from domain.ledger.survivors import missing
from domain.measures import POSTS
from domain.sql import queries

SQL = queries("domain.ledger", "posting.sql")
# What one movement can carry.
POINTS_MAX = 1_000_000_000


@dataclass(frozen=True)
class Locked:
    """An account under lock: the instant and date at which a posting would now stand.

    `repeated` is the stored verdict if this very call was answered before.
    """

    at: datetime
    business_date: date
    zone: str
    registered: bool
    balance: int
    repeated: Verdict | None


@dataclass(frozen=True, kw_only=True)
class Posting:
    """What to post: a credit if `amount` is positive, a spend if it is negative.

    `business_key` names the fact of the world; a second posting of it moves nothing.
    """

    action: str
    amount: int
    business_key: str
    actor: str
    channel: str
    expires_at: datetime | None = None
    matures_at: datetime | None = None
    occurred_at: datetime | None = None
    approver: str | None = None
    reference: str | None = None
    reason: str | None = None
    note_hash: bytes | None = None
    rule_id: UUID | None = None
    rule_version: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """A statement that posts as `post` does and, once that is done, writes something beside it.

    Its first 21 parameters are those of `post`; `arguments` are the others.
    """

    query: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Posted:
    """What a posting came to."""

    outcome: str
    status: int
    movement_id: UUID | None
    balance: int
    at: datetime
    business_date: date
    facts: dict[str, Any]

    @property
    def verdict(self) -> Verdict:
        """The answer for the caller of a verb."""
        return Verdict(self.status, self.facts, replayed=self.outcome == "replayed")


async def lock(
    connection: Connection, customer_id: UUID, *, now: datetime, request: RequestKey | None = None
) -> Locked:
    """Lock the account until the transaction ends.

    Raises InProgress when another call holds it for too long, KeyReused, ClockBehind, NotFound;
    CarriedOn, which is a NotFound, says who carries it on.
    """
    locked, _ = await lock_by(SQL["lock"], connection, customer_id, now=now, request=request)
    return locked


async def lock_by(
    query: str,
    connection: Connection,
    customer_id: UUID,
    *,
    now: datetime,
    request: RequestKey | None = None,
) -> tuple[Locked, asyncpg.Record]:
    """Lock as `lock` does, by a query that takes and answers the same and may answer more."""
    asked = (request.principal, request.key) if request else (None, None)
    try:
        row = await connection.fetchrow(query, customer_id, now, *asked)
    except asyncpg.LockNotAvailableError as error:
        raise InProgress from error
    if row is None:
        raise await missing(connection, customer_id)
    if row["clock_behind"]:
        raise ClockBehind
    return Locked(
        row["at"],
        row["business_date"],
        row["zone"],
        row["registered"],
        row["balance"],
        _repeated(row, request),
    ), row


def _repeated(row: asyncpg.Record, request: RequestKey | None) -> Verdict | None:
    if row["status"] is None or request is None:
        return None
    if row["body_hash"] != request.body_hash:
        raise KeyReused
    return Verdict(row["status"], row["facts"], replayed=True)


async def post(
    connection: Connection,
    customer_id: UUID,
    posting: Posting,
    *,
    now: datetime,
    request: RequestKey | None = None,
    decide: bool = False,
    beside: Beside | None = None,
) -> Posted:
    """Settle what is due, then post; a refusal is an answer and commits with what was settled.

    The caller has opened the transaction. With `decide` the caller locked the account, decided for
    `now`, and the attempt is kept in the decision log; should a day have been closed since, it is
    InProgress and the caller decides again. Raises InProgress, KeyReused, ClockBehind, NotFound:
    then nothing was written.
    """
    assert db.in_a_transaction(), "the verb that posts opens the transaction"
    query, more = (beside.query, beside.arguments) if beside else (SQL["post"], ())
    decision = new_id() if decide else None
    arguments = arguments_of(customer_id, posting, now, request, decision=decision)
    try:
        row = await connection.fetchrow(query, *arguments, *more)
    except asyncpg.LockNotAvailableError as error:
        raise InProgress from error
    assert row is not None
    posted = posted_of(row)
    POSTS.labels(posting.action, posted.outcome).inc()
    if decide and posted.outcome != "replayed" and posted.at > now:
        raise InProgress
    return posted


def arguments_of(
    customer_id: UUID,
    p: Posting,
    now: datetime,
    request: RequestKey | None,
    *,
    decision: UUID | None,
) -> tuple[object, ...]:
    """Return what the `post` statement takes, in its order."""
    asked = (request.principal, request.key, request.body_hash) if request else (None, None, None)
    return (
        customer_id,
        now,
        p.action,
        p.amount,
        p.business_key,
        p.expires_at,
        p.matures_at,
        p.occurred_at,
        p.actor,
        p.approver,
        p.reference,
        p.reason,
        p.note_hash,
        p.rule_id,
        p.rule_version,
        decision,
        p.channel,
        *asked,
        p.facts,
    )


_NEVER_STORED: dict[str, type[Refusal]] = {
    "no_account": NotFound,
    "no_hold": NotFound,
    "key_reused": KeyReused,
    "clock_behind": ClockBehind,
    "in_progress": InProgress,
}


def posted_of(row: asyncpg.Record) -> Posted:
    """Return an answer of the ledger; raise the refusals that are never stored."""
    if refusal := _NEVER_STORED.get(row["outcome"]):
        raise refusal
    return Posted(
        row["outcome"],
        row["status"],
        row["movement_id"],
        row["balance"],
        row["at"],
        row["business_date"],
        row["facts"],
    )
