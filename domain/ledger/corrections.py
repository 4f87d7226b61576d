"""Corrections: taking an earning back, giving a redemption back, and the manual decrease.

They are rare, so the account is locked and settled, a pure planner decides, and the ledger's
function writes what it decided. A movement of an account that another carries on is corrected on
the survivor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.db import Connection
from domain.errors import InvalidInput, NotFound
from domain.ledger import plan as planner
from domain.ledger.book import load_book
from domain.ledger.plan import Book, NewId, Plan, Policy, account_ids, plan_document
from domain.ledger.posting import POINTS_MAX, Posted, lock, posted_of
from domain.ledger.requests import CONFLICT, RequestKey, Verdict, store_verdict
from domain.ledger.survivors import on_survivor
from domain.sql import queries

SQL = queries("domain.ledger", "corrections.sql")


_Decide = Callable[[Book, datetime, NewId], Plan]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Who corrects, why, and the fact of the world that is the reason.

    A second correction for the same `business_key` moves nothing.
    """

    business_key: str
    actor: str
    approver: str | None = None
    occurred_at: datetime | None = None
    reference: str | None = None
    reason: str | None = None
    note_hash: bytes | None = None


async def reverse(
    customer_id: UUID,
    movement_id: UUID,
    points: int,
    correction: Correction,
    *,
    policy: Policy,
    now: datetime,
    request: RequestKey | None = None,
) -> Verdict:
    """Take back up to so many points of an earning: never more than it gave, never expired ones.

    What is no longer there is owed, or let go if the policy is `clamp`. Facts: the points moved
    (0 or negative), the balance, the movement. Raises NotFound for anything but an earning.
    """

    def decide(book: Book, at: datetime, new_id: NewId) -> Plan:
        _demand(book, movement_id, "earned")
        return planner.reverse(book, movement_id, points, policy=policy, now=at, new_id=new_id)

    return await _correct(customer_id, movement_id, points, correction, decide, now, request)


async def reimburse(
    customer_id: UUID,
    movement_id: UUID,
    points: int,
    correction: Correction,
    *,
    grace: timedelta | None = None,
    now: datetime,
    request: RequestKey | None = None,
) -> Verdict:
    """Give back up to so many points of a redemption, as if it had been smaller.

    Points whose lots have expired meanwhile expire again at once, or live for the grace period.
    Raises NotFound for anything but a redemption.
    """

    def decide(book: Book, at: datetime, new_id: NewId) -> Plan:
        _demand(book, movement_id, "redeemed")
        return planner.reimburse(book, movement_id, points, now=at, grace=grace, new_id=new_id)

    return await _correct(customer_id, movement_id, points, correction, decide, now, request)


async def deduct(
    customer_id: UUID,
    points: int,
    correction: Correction,
    *,
    policy: Policy,
    now: datetime,
    request: RequestKey | None = None,
) -> Verdict:
    """Take points away by hand, for a reason; what is not there is owed, or let go."""

    def decide(book: Book, at: datetime, new_id: NewId) -> Plan:
        return planner.deduct(book, points, policy=policy, now=at, new_id=new_id)

    return await _correct(customer_id, None, points, correction, decide, now, request)


def _demand(book: Book, movement_id: UUID, kind: str) -> None:
    found = book.movements.get(movement_id)
    if found is None or found.kind != kind:
        raise NotFound


async def _correct(
    customer_id: UUID,
    movement_id: UUID | None,
    points: int,
    correction: Correction,
    decide: _Decide,
    now: datetime,
    request: RequestKey | None,
) -> Verdict:
    if not 1 <= points <= POINTS_MAX:
        raise InvalidInput(f"points must be a whole number from 1 to {POINTS_MAX}")

    async def act(connection: Connection, account_id: UUID) -> Verdict:
        locked = await lock(connection, account_id, now=now, request=request)
        if locked.repeated:
            return locked.repeated
        await connection.fetchval(SQL["settle"], account_id, locked.at)
        if await connection.fetchval(SQL["is_known"], account_id, correction.business_key):
            known = Verdict(CONFLICT, {"code": "already_corrected"})
            return await store_verdict(connection, account_id, request, known, locked.at)
        book = await load_book(connection, account_id, movement_id)
        plan = decide(book, locked.at, account_ids(account_id))
        posted = await write(connection, account_id, plan, correction, locked.at, request)
        return posted.verdict

    return await on_survivor(customer_id, act)


async def write(
    connection: Connection,
    customer_id: UUID,
    plan: Plan,
    c: Correction,
    at: datetime,
    request: RequestKey | None,
) -> Posted:
    """Post a plan that was made under the account's lock for `at`, once it was settled."""
    asked: tuple[Any, ...] = (None, None, None)
    if request:
        asked = (request.principal, request.key, request.body_hash)
    row = await connection.fetchrow(
        SQL["correct"],
        customer_id,
        at,
        plan_document(plan),
        c.business_key,
        c.actor,
        c.approver,
        c.occurred_at,
        c.reference,
        c.reason,
        c.note_hash,
        *asked,
        {},
    )
    assert row is not None
    return posted_of(row)
