"""Arrival: a chat user opens the bot or the mini app, perhaps by someone's link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain import db
from domain.content.evidence import open_share, unopened
from domain.customers.enrolment import Identity, by_identity, enrol, rename
from domain.customers.models import Customer
from domain.db import Connection
from domain.earning import decisions
from domain.earning.payout import Payout, pay, pay_referrer
from domain.earning.rules import Rulebook, rulebook
from domain.ledger.posting import lock
from domain.ledger.survivors import survivor_of
from domain.notices.outbox import owe
from domain.programs import Program
from domain.referrals.attribution import Inviter, attribute, inviter_of

LinkProblem = Literal["own_link", "already_member", "unknown_link"]
_CODE_MAX = 32


@dataclass(frozen=True)
class Arrival:
    """Who has come, and what became of the link they came by."""

    customer: Customer
    is_new: bool
    invited_by: str | None = None
    link_problem: LinkProblem | None = None


async def arrive(
    program: Program,
    identity: Identity,
    *,
    name: str,
    locale: str,
    start_param: str | None,
    channel: str,
    now: datetime,
) -> Arrival:
    """Return the customer behind a verified chat user, enrolled now if they are new.

    The first touch counts: a new user who comes by `r_<code>` is attributed to the inviter,
    who is paid for the new user in the same transaction. A share link, `s_<code>`, pays its
    sharer at the first open by someone else, in a transaction of its own: whoever arrives again
    makes up for what a crash between the two left undone. Anything else is ignored.
    """
    invite, share = _code(start_param, "r_"), _code(start_param, "s_")
    customer = await by_identity(program.id, identity)
    if customer is None:
        arrival = await _enrol(
            program, identity, name=name, locale=locale, invite=invite, channel=channel, now=now
        )
        if arrival is None:  # another tap of the same user was first
            customer = await by_identity(program.id, identity)
            assert customer is not None
            arrival = Arrival(customer, is_new=False)
    else:
        await rename(customer, name)
        problem = await _known_again(customer, invite, channel=channel, now=now)
        arrival = Arrival(customer, is_new=False, link_problem=problem)
    if share:
        await _pay_sharer(program, share, arrival.customer, channel=channel, now=now)
    return arrival


def _code(start_param: str | None, prefix: str) -> str | None:
    if not start_param or not start_param.startswith(prefix):
        return None
    code = start_param[len(prefix) :]
    fits = code.isascii() and code.replace("_", "").replace("-", "").isalnum()
    return code if fits and len(code) <= _CODE_MAX else None


async def _enrol(
    program: Program,
    identity: Identity,
    *,
    name: str,
    locale: str,
    invite: str | None,
    channel: str,
    now: datetime,
) -> Arrival | None:
    book = await rulebook(program.id)
    async with db.transaction() as connection:
        customer = await enrol(connection, program.id, identity, name=name, locale=locale, now=now)
        if customer is None:
            return None
        if invite is None:
            return Arrival(customer, is_new=True)
        inviter = await inviter_of(connection, program.id, invite)
        if inviter is None:
            return Arrival(customer, is_new=True, link_problem="unknown_link")
        if not await attribute(connection, inviter, customer, code=invite, now=now):
            return Arrival(customer, is_new=True, link_problem="unknown_link")
        await _pay_for_new_user(connection, program, book, inviter, customer, channel, now)
        return Arrival(customer, is_new=True, invited_by=inviter.name)


async def _pay_for_new_user(
    connection: Connection,
    program: Program,
    book: Rulebook,
    inviter: Inviter,
    customer: Customer,
    channel: str,
    now: datetime,
) -> None:
    inviter_id = await survivor_of(inviter.customer_id)
    locked = await lock(connection, inviter_id, now=now)
    payout = Payout(
        inviter_id,
        "new_user_referral",
        locked,
        channel,
        source=str(customer.customer_id),
        hold_days=program.referral_hold_days,
    )
    paid, _ = await pay_referrer(connection, program, book, payout)
    points = paid.facts.get("points", 0) if paid else 0
    facts = {"name": customer.name, "points": points}
    await owe(connection, inviter_id, program.id, "friend_joined", facts, now=now)


async def _known_again(
    customer: Customer, invite: str | None, *, channel: str, now: datetime
) -> LinkProblem | None:
    """Say why an invite link does nothing for someone who is here already, and log it."""
    if invite is None:
        return None
    problem: LinkProblem = "own_link" if invite == customer.invite_code else "already_member"
    async with db.transaction() as connection:
        await decisions.log(
            connection,
            customer.program_id,
            customer.customer_id,
            "new_user_referral",
            problem,
            channel=channel,
            at=now,
        )
    return problem


async def _pay_sharer(
    program: Program, code: str, opener: Customer, *, channel: str, now: datetime
) -> None:
    book = await rulebook(program.id)
    async with db.transaction() as connection:
        shared = await unopened(connection, program.id, code)
        sharer_id = await survivor_of(shared.sharer_id) if shared else None
        if shared is None or sharer_id is None or sharer_id == opener.customer_id:
            return
        locked = await lock(connection, sharer_id, now=now)
        # The link of a visitor stays unopened: it counts once they are a member.
        if locked.registered and await open_share(connection, shared, now=now):
            payout = Payout(sharer_id, "first_product_share", locked, channel)
            await pay(connection, book, payout)
