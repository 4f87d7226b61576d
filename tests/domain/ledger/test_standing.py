import asyncio
from datetime import timedelta

import pytest

from domain.errors import NotFound
from domain.ids import new_id
from domain.ledger.audit import run as audit
from domain.ledger.standing import Expiring, Standing, standing
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program, a_visitor, posted

NOW = MONDAY_NOON
DAY = timedelta(days=1)


async def test_a_new_account_is_empty(opened: str) -> None:
    visitor = await a_visitor(await a_program())

    assert await standing(visitor.customer_id, now=NOW) == Standing(0, 0, 0, 0, 0, (), None)


async def test_points_that_lapse_together_are_one_line_soonest_first(opened: str) -> None:
    member = await a_member(await a_program())
    for amount, days in ((10, 5), (20, 3), (30, 5), (40, 60)):
        await posted(member.customer_id, amount, now=NOW, expires_at=NOW + days * DAY)
    await posted(member.customer_id, -25, now=NOW)

    now = await standing(member.customer_id, now=NOW)

    assert (now.balance, now.spendable, now.debt) == (125, 125, 0)
    assert now.expiring == (Expiring(35, NOW + 5 * DAY), Expiring(40, NOW + 60 * DAY))


async def test_a_read_settles_what_is_due_before_it_answers(opened: str) -> None:
    member = await a_member(await a_program())
    await posted(member.customer_id, 10, now=NOW, expires_at=NOW + DAY)
    await posted(member.customer_id, 20, now=NOW, matures_at=NOW + 2 * DAY)
    await posted(member.customer_id, 30, now=NOW, matures_at=NOW + 3 * DAY)

    at_first = await standing(member.customer_id, now=NOW)
    later = await standing(member.customer_id, now=NOW + 2 * DAY)

    assert (at_first.balance, at_first.pending, at_first.matures_at) == (60, 50, NOW + 2 * DAY)
    assert (later.balance, later.pending, later.matures_at) == (70, 30, NOW + 3 * DAY)
    assert later.expiring == ()


async def test_many_reads_at_once_settle_once(opened: str) -> None:
    member = await a_member(await a_program())
    await posted(member.customer_id, 10, now=NOW, expires_at=NOW + DAY)

    seen = await asyncio.gather(*(standing(member.customer_id, now=NOW + DAY) for _ in range(8)))

    assert {each.balance for each in seen} == {50}
    assert await audit() == []


async def test_nobody_stands_where_there_is_no_account(opened: str) -> None:
    with pytest.raises(NotFound):
        await standing(new_id(), now=NOW)
