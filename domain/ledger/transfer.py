"""Transfer: an account is emptied into another, which carries it on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from domain.db import Connection
from domain.errors import InvalidInput, NotFound
from domain.ledger import plan as planner
from domain.ledger.book import load_book
from domain.ledger.plan import Transfer, account_ids, plan_document
from domain.ledger.posting import POINTS_MAX, Locked, Posted, lock, posted_of
from domain.ledger.requests import (
    CONFLICT,
    UNPROCESSABLE,
    RequestKey,
    Verdict,
    store_verdict,
)
from domain.ledger.survivors import CarriedOn, on_survivor
from domain.sql import queries

SQL = queries("domain.ledger", "transfer.sql")
Action = Literal["merge", "card_claim"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Who transfers, and why."""

    action: Action
    actor: str
    approver: str | None = None
    reference: str | None = None
    reason: str | None = None


async def transfer(
    source_id: UUID,
    target_id: UUID,
    why: Reason,
    *,
    now: datetime,
    request: RequestKey | None = None,
) -> Verdict:
    """Move all that the source has to the target, which carries it on from then.

    Points keep their expiry; debts, promises, holds, what is known and what caps counted move
    too, and a later correction of the source's movements posts on the target. Facts: the points
    moved, the target's balance, the movement that arrived. 409 `already_transferred` if the
    source was emptied before; 422 `too_many_points` for more than one movement can carry.
    Raises InvalidInput, InProgress, KeyReused, ClockBehind, and NotFound, also for two programs.
    """
    if source_id == target_id:
        raise InvalidInput("an account cannot be transferred to itself")

    async def act(connection: Connection, survivor_id: UUID) -> Verdict:
        if survivor_id == source_id:
            # The target was carried on by the source before.
            locked = await lock(connection, survivor_id, now=now, request=request)
            return locked.repeated or await _refuse(connection, survivor_id, request, locked)
        return await _transfer(connection, source_id, survivor_id, why, now, request)

    return await on_survivor(target_id, act)


async def _transfer(
    connection: Connection,
    source_id: UUID,
    target_id: UUID,
    why: Reason,
    now: datetime,
    request: RequestKey | None,
) -> Verdict:
    source, target = await _lock_both(connection, source_id, target_id, now, request)
    if target.repeated:
        return target.repeated
    if await _program(connection, source_id) != await _program(connection, target_id):
        raise NotFound
    if source is None:
        return await _refuse(connection, target_id, request, target)
    at = max(source.at, target.at)
    plan = await _plan(connection, source_id, target_id, why.action, at)
    if any(abs(step.amount) > POINTS_MAX for step in plan.source):
        return await _refuse(
            connection, target_id, request, target, "too_many_points", UNPROCESSABLE
        )
    return (await _write(connection, source_id, target_id, plan, why, at, request)).verdict


async def _lock_both(
    connection: Connection,
    source_id: UUID,
    target_id: UUID,
    now: datetime,
    request: RequestKey | None,
) -> tuple[Locked | None, Locked]:
    """Lock both in the order of their ids; None for a source that is carried on already."""
    locked: dict[UUID, Locked] = {}
    for each in sorted((source_id, target_id)):
        asked = request if each == target_id else None
        try:
            locked[each] = await lock(connection, each, now=now, request=asked)
        except CarriedOn:
            if each == target_id:
                raise
    return locked.get(source_id), locked[target_id]


async def _program(connection: Connection, customer_id: UUID) -> UUID:
    found: UUID = await connection.fetchval(SQL["program"], customer_id)
    return found


async def _refuse(
    connection: Connection,
    customer_id: UUID,
    request: RequestKey | None,
    locked: Locked,
    code: str = "already_transferred",
    status: int = CONFLICT,
) -> Verdict:
    verdict = Verdict(status, {"code": code})
    return await store_verdict(connection, customer_id, request, verdict, locked.at)


async def _plan(
    connection: Connection, source_id: UUID, target_id: UUID, action: Action, at: datetime
) -> Transfer:
    for each in (source_id, target_id):
        await connection.fetchval(SQL["settle"], each, at)
    source = await load_book(connection, source_id, None)
    target = await load_book(connection, target_id, None)
    return planner.transfer(
        source,
        target,
        source_id=source_id,
        action=action,
        now=at,
        source_ids=account_ids(source_id),
        target_ids=account_ids(target_id),
    )


async def _write(
    connection: Connection,
    source_id: UUID,
    target_id: UUID,
    plan: Transfer,
    why: Reason,
    at: datetime,
    request: RequestKey | None,
) -> Posted:
    asked = (request.principal, request.key, request.body_hash) if request else (None, None, None)
    row = await connection.fetchrow(
        SQL["transfer"],
        source_id,
        target_id,
        at,
        {"source": plan_document(plan.source), "target": plan_document(plan.target)},
        why.actor,
        why.approver,
        why.reference,
        why.reason,
        *asked,
    )
    assert row is not None
    return posted_of(row)
