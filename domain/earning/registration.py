"""Registration: a customer accepts the terms and becomes a member."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import db
from domain.customers.models import Customer
from domain.db import Connection
from domain.earning.payout import Payout, pay, pay_referrer
from domain.earning.rules import Rulebook, rulebook
from domain.errors import Refusal
from domain.ledger.posting import Locked, Posted, lock
from domain.ledger.requests import CONFLICT, CREATED, RequestKey, Verdict, store_verdict
from domain.ledger.survivors import survivor_of
from domain.notices.outbox import owe
from domain.programs import Program
from domain.referrals.attribution import Edge, complete, edge_of
from domain.sql import queries

SQL = queries("domain.earning", "registration.sql")


class TermsChanged(Refusal):
    """The terms have changed. Please read them again."""

    code = "terms_changed"


async def register(
    program: Program,
    customer_id: UUID,
    *,
    terms_version: int,
    channel: str,
    now: datetime,
    request: RequestKey | None,
) -> Verdict:
    """Accept the terms, once; pay the registration and, if it qualifies, the referral.

    Both accounts of a referral are locked first, in the order of their ids. Raises
    TermsChanged for another version than the one in force.
    """
    book = await rulebook(program.id)
    async with db.transaction() as connection:
        edge = await _edge_of(connection, customer_id)
        locked = await _lock_all(connection, customer_id, edge, now, request)
        member = locked[customer_id]
        if member.repeated:
            return member.repeated
        if member.registered:
            again = Verdict(CONFLICT, {"code": "already_registered"})
            return await store_verdict(connection, customer_id, request, again, member.at)
        if terms_version != program.terms_version:
            raise TermsChanged(terms_version=program.terms_version)
        await connection.execute(SQL["register"], customer_id, member.at, terms_version)
        await connection.execute(SQL["consent"], customer_id, terms_version, member.at)
        welcome = await pay(
            connection, book, Payout(customer_id, "new_account_registration", member, channel)
        )
        reward = None
        if edge and program.qualifying_act == "register":
            reward = await qualify(connection, program, book, edge, locked, channel=channel)
        verdict = Verdict(CREATED, _facts(member, welcome, reward))
        return await store_verdict(connection, customer_id, request, verdict, member.at)


async def _edge_of(connection: Connection, customer_id: UUID) -> Edge | None:
    """Return by whom the customer came, or who carries that account on; nobody brings themselves."""
    edge = await edge_of(connection, customer_id)
    if edge is None:
        return None
    referrer_id = await survivor_of(edge.referrer_id)
    return replace(edge, referrer_id=referrer_id) if referrer_id != customer_id else None


async def _lock_all(
    connection: Connection,
    customer_id: UUID,
    edge: Edge | None,
    now: datetime,
    request: RequestKey | None,
) -> dict[UUID, Locked]:
    ids = sorted({customer_id} | ({edge.referrer_id} if edge else set()))
    return {
        each: await lock(
            connection, each, now=now, request=request if each == customer_id else None
        )
        for each in ids
    }


async def qualify(
    connection: Connection,
    program: Program,
    book: Rulebook,
    edge: Edge,
    locked: dict[UUID, Locked],
    *,
    channel: str,
) -> Posted | None:
    """Complete a referral that is pending: pay the new member and, within the caps, the referrer.

    Both accounts are locked by the caller. Returns what the new member got.
    """
    # Read again under the locks: it may have been cancelled while we waited for them.
    current = await edge_of(connection, edge.referee_id)
    if current is None or current.status != "pending":
        return None
    member, referrer = locked[edge.referee_id], locked[edge.referrer_id]
    payout = Payout(
        edge.referrer_id,
        "referrer_reward",
        referrer,
        channel,
        source=str(edge.referee_id),
        hold_days=program.referral_hold_days,
    )
    paid, reason = await pay_referrer(connection, program, book, payout)
    await complete(connection, edge, at=member.at, on=member.business_date, reason=reason)
    referee = await Customer.get(customer_id=edge.referee_id)
    await owe(
        connection,
        edge.referrer_id,
        program.id,
        "referral_completed",
        {"name": referee.name, "points": paid.facts.get("points", 0) if paid else 0},
        now=member.at,
    )
    own = replace(payout, customer_id=edge.referee_id, action="new_member_reward", locked=member)
    return await pay(connection, book, replace(own, source=None))


def _facts(member: Locked, welcome: Posted | None, reward: Posted | None) -> dict[str, object]:
    points = [p.facts.get("points", 0) if p else 0 for p in (welcome, reward)]
    balance = next((p.balance for p in (reward, welcome) if p), member.balance)
    return {
        "outcome": "registered",
        "points": sum(points),
        "new_member_points": points[1],
        "balance": balance,
    }
