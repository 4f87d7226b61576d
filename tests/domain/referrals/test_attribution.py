import asyncio
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain import db
from domain.customers.models import Customer
from domain.ledger.audit import run as audit
from domain.programs import Program
from domain.referrals.attribution import Inviter, attribute, complete, edge_of, inviter_of
from domain.referrals.invitations import links
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program, a_visitor

NOW = MONDAY_NOON
MINUTE = timedelta(minutes=1)


def _inviter(customer: Customer) -> Inviter:
    return Inviter(customer.customer_id, customer.name, customer.joined_at, registered=True)


async def _brings(inviter: Customer, referee: Customer) -> bool:
    async with db.transaction() as connection:
        return await attribute(
            connection, _inviter(inviter), referee, code=inviter.invite_code, now=NOW
        )


async def _edges() -> dict[UUID, UUID]:
    async with db.reading() as connection:
        rows = await connection.fetch("select customer_id, referrer_id from referral")
    return {row["customer_id"]: row["referrer_id"] for row in rows}


async def test_a_code_leads_to_its_owner_in_its_program(opened: str) -> None:
    program, elsewhere = await a_program(), await a_program()
    member, visitor = await a_member(program, name="Ánh"), await a_visitor(program)

    async with db.reading() as connection:
        found = await inviter_of(connection, program.id, member.invite_code)
        newcomer = await inviter_of(connection, program.id, visitor.invite_code)
        foreign = await inviter_of(connection, elsewhere.id, member.invite_code)

    assert found == Inviter(member.customer_id, "Ánh", NOW, registered=True)
    assert newcomer
    assert not newcomer.registered
    assert foreign is None


async def test_a_ring_of_three_at_once_lacks_its_last_edge(opened: str) -> None:
    program = await a_program()
    a, b, c = [await a_visitor(program, now=NOW + n * MINUTE) for n in range(3)]

    made = await asyncio.gather(_brings(a, b), _brings(b, c), _brings(c, a))

    assert list(made) == [True, True, False]
    assert await _edges() == {b.customer_id: a.customer_id, c.customer_id: b.customer_id}


async def test_nobody_brings_themselves(opened: str) -> None:
    member = await a_member(await a_program())

    assert not await _brings(member, member)


async def test_whoever_tries_to_bring_whom_the_edges_are_a_forest(opened: str) -> None:
    program, dice = await a_program(), Random(16)
    # Some joined at the very same instant, some while the clock was set back.
    people = [
        await a_visitor(program, now=NOW + dice.choice((0, 0, 1, 2, -1)) * MINUTE)
        for _ in range(14)
    ]
    pairs = [(a, b) for a in people for b in people]
    dice.shuffle(pairs)

    for inviter, referee in pairs:
        if referee.customer_id not in await _edges():
            made = await _brings(inviter, referee)
            older = (inviter.joined_at, inviter.customer_id)
            assert made == (older < (referee.joined_at, referee.customer_id))

    edges = await _edges()
    assert len(edges) == len(people) - 1
    for start in edges:
        above = [start]
        while above[-1] in edges:
            assert edges[above[-1]] not in above
            above.append(edges[above[-1]])
    assert await audit() == []


async def test_a_referee_has_one_referrer_for_ever(opened: str) -> None:
    program = await a_program()
    first, second, friend = [await a_visitor(program, now=NOW + n * MINUTE) for n in range(3)]
    await _brings(first, friend)

    with pytest.raises(asyncpg.UniqueViolationError):
        await _brings(second, friend)

    assert await _edges() == {friend.customer_id: first.customer_id}


async def test_a_referral_completes_once(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friend = await a_visitor(program, start_param=f"r_{inviter.invite_code}", now=NOW + MINUTE)
    done: dict[str, Any] = {"at": NOW, "on": NOW.date(), "reason": None}

    async with db.transaction() as connection:
        edge = await edge_of(connection, friend.customer_id)
        assert edge
        assert await complete(connection, edge, **done)
        assert not await complete(connection, edge, **done)
        current = await edge_of(connection, friend.customer_id)
        assert current
        assert (edge.status, current.status) == ("pending", "complete")
        assert await edge_of(connection, inviter.customer_id) is None


def test_links_carry_the_code_into_bot_and_mini_app() -> None:
    without, with_app = Program(telegram_bot="mocbot"), Program(telegram_bot="mocbot")
    with_app.telegram_app = "app"

    assert (links(Program(), "C").bot, links(Program(), "C").app) == (None, None)
    assert links(without, "C").bot == "https://t.me/mocbot?start=r_C"
    assert links(without, "C").app == "https://t.me/mocbot?startapp=r_C"
    assert links(with_app, "C").app == "https://t.me/mocbot/app?startapp=r_C"
