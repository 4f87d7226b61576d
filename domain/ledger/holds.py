"""Holds: points set aside while somebody pays with them, then spent or let go.

Held points stay in the balance. Nobody can spend them, and they do not expire while they are held.
"""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from domain.db import Connection
from domain.errors import InvalidInput
from domain.ids import new_id
from domain.ledger.posting import POINTS_MAX, posted_of
from domain.ledger.requests import InProgress, RequestKey, Verdict
from domain.ledger.survivors import missing, on_survivor
from domain.sql import queries

SQL = queries("domain.ledger", "holds.sql")
# A hold lapses by itself; there is no way to make it longer.
LASTS_MAX = timedelta(minutes=15)


async def hold(
    customer_id: UUID,
    points: int,
    *,
    actor: str,
    reference: str | None = None,
    lasts: timedelta = LASTS_MAX,
    now: datetime,
    request: RequestKey | None = None,
) -> Verdict:
    """Set points aside for at most 15 minutes, those that expire soonest first.

    Facts: `hold_id`, `points`, `lapses_at`, `balance`, `spendable`; or 409 `insufficient_points`.
    Raises InvalidInput, InProgress, KeyReused, ClockBehind, NotFound.
    """
    _demand(points)
    if not timedelta(0) < lasts <= LASTS_MAX:
        raise InvalidInput("a hold lasts 15 minutes at most")
    return await _call("hold", customer_id, now, request, new_id(), points, lasts, reference, actor)


async def capture(
    customer_id: UUID,
    hold_id: UUID,
    *,
    actor: str,
    points: int | None = None,
    approver: str | None = None,
    occurred_at: datetime | None = None,
    reference: str | None = None,
    reason: str | None = None,
    now: datetime,
    request: RequestKey | None = None,
) -> Verdict:
    """Spend what is on hold as a `discount`, or a part of it; the rest is let go.

    Refusals: 409 `hold_released` if it lapsed, was released, or a reversal needed its points;
    `hold_captured` if it was captured before; `beyond_hold` for more points than it has.
    Raises NotFound for a hold that never was.
    """
    if points is not None:
        _demand(points)
    why = (approver, occurred_at, reference, reason)
    return await _call("capture", customer_id, now, request, hold_id, points, actor, *why)


async def release(
    customer_id: UUID, hold_id: UUID, *, now: datetime, request: RequestKey | None = None
) -> Verdict:
    """Let go of what is on hold: points whose time is over expire at once.

    One that is gone already is released all the same. 409 `hold_captured` if it was spent: that
    is for a refund. Raises NotFound for a hold that never was.
    """
    return await _call("release", customer_id, now, request, hold_id)


def _demand(points: int) -> None:
    if not 1 <= points <= POINTS_MAX:
        raise InvalidInput(f"points must be a whole number from 1 to {POINTS_MAX}")


async def _call(
    query: str, customer_id: UUID, now: datetime, request: RequestKey | None, *arguments: object
) -> Verdict:
    asked = (request.principal, request.key, request.body_hash) if request else (None, None, None)

    async def act(connection: Connection, account_id: UUID) -> Verdict:
        try:
            row = await connection.fetchrow(SQL[query], account_id, now, *arguments, *asked)
        except asyncpg.LockNotAvailableError as error:
            raise InProgress from error
        assert row is not None
        if row["outcome"] == "no_account":
            raise await missing(connection, account_id)
        return posted_of(row).verdict

    return await on_survivor(customer_id, act)
