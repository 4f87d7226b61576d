"""Leaving the program. Whoever comes back registers again, and is paid for nothing twice."""

from datetime import datetime
from uuid import UUID

from domain.access import sessions
from domain.db import Connection
from domain.errors import NotFound
from domain.ledger.opting_out import opt_out
from domain.ledger.posting import Locked, lock
from domain.ledger.requests import CONFLICT, CREATED, RequestKey, Verdict, store_verdict
from domain.ledger.survivors import on_survivor
from domain.notices.silence import silence
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.membership", "leaving.sql")


async def leave(
    program: Program, customer_id: UUID, *, channel: str, now: datetime, request: RequestKey
) -> Verdict:
    """End a membership: points expire, pending awards and holds are let go, sessions end.

    What is owed stays owed, and what was paid to others stays paid: a referral that waits for the
    customer waits on. Facts: `points` that expired, 0 or negative, and the `balance`; or 409
    `not_registered`. Raises InProgress, KeyReused, ClockBehind, NotFound.
    """

    async def act(connection: Connection, account_id: UUID) -> Verdict:
        locked = await lock(connection, account_id, now=now, request=request)
        if locked.repeated:
            return locked.repeated
        verdict = Verdict(CONFLICT, {"code": "not_registered"})
        if locked.registered:
            verdict = await _leave(connection, program, account_id, locked, channel)
        return await store_verdict(connection, account_id, request, verdict, locked.at)

    return await on_survivor(customer_id, act)


async def _leave(
    connection: Connection, program: Program, customer_id: UUID, locked: Locked, channel: str
) -> Verdict:
    left = await connection.fetchval(
        SQL["leave"], customer_id, program.id, locked.at, locked.business_date
    )
    if left is None:
        raise NotFound
    await connection.execute(SQL["withdraw"], customer_id, locked.at, channel)
    gone = await opt_out(connection, customer_id, actor="customer", at=locked.at)
    await silence(connection, customer_id, "left", now=locked.at)
    await sessions.revoke_all(customer_id, now=locked.at)
    return Verdict(CREATED, {"outcome": "left", "points": gone.points, "balance": gone.balance})
