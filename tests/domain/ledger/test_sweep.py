from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.customers.models import Customer
from domain.ledger.audit import run as audit
from domain.ledger.sweep import sweep
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program, posted

NOW = MONDAY_NOON
DAY = timedelta(days=1)


async def _balances(dsn: str) -> dict[UUID, int]:
    """What is written, without settling anything on the way."""
    owner = await asyncpg.connect(dsn)
    rows = await owner.fetch("select customer_id, balance from account")
    await owner.close()
    return {row["customer_id"]: row["balance"] for row in rows}


async def _lapsing(members: int) -> list[Customer]:
    program = await a_program()
    made = [await a_member(program) for _ in range(members)]
    for n, member in enumerate(made):
        await posted(member.customer_id, 10, now=NOW, expires_at=NOW + (n + 1) * DAY)
    return made


async def test_a_sweep_settles_what_is_due_and_nothing_else(opened: str) -> None:
    a, b, c = await _lapsing(3)
    await posted(c.customer_id, 5, now=NOW, matures_at=NOW + 2 * DAY, expires_at=NOW + 2 * DAY)

    swept = await sweep(now=NOW + 2 * DAY)

    assert swept == 3
    balances = await _balances(opened)
    assert [balances[each.customer_id] for each in (a, b, c)] == [50, 50, 60]
    assert await audit() == []


async def test_a_second_sweep_finds_nothing(opened: str) -> None:
    await _lapsing(2)
    await sweep(now=NOW + 2 * DAY)
    before = await _balances(opened)

    assert await sweep(now=NOW + 2 * DAY) == 0
    assert await _balances(opened) == before


async def test_a_sweep_by_a_clock_set_back_does_nothing_and_ends(opened: str) -> None:
    await _lapsing(2)
    await sweep(now=NOW + 2 * DAY)

    assert await sweep(now=NOW) == 0


async def test_a_sweep_goes_on_until_none_is_due(opened: str) -> None:
    program = await a_program()
    owner = await asyncpg.connect(opened)
    await owner.execute(
        """
        with made as (
            insert into customer (customer_id, program_id, name, locale, invite_code, joined_at)
            select gen_random_uuid(), $1, 'x', 'vi', n::text, $2 from generate_series(1, 501) n
            returning customer_id)
        select ledger_open(customer_id, $1, $2) from made
        """,
        program.id,
        NOW,
    )
    # Most are due at the very same instant.
    await owner.execute(
        "update account set next_due_at = $1 where next_due_at = 'infinity'", NOW + DAY
    )

    swept = await sweep(now=NOW + DAY)

    assert swept == 501
    assert await owner.fetchval("select count(*) from account where next_due_at < 'infinity'") == 0
    await owner.close()


async def test_a_busy_account_holds_up_no_other(opened: str) -> None:
    busy, other = await _lapsing(2)
    rival = await asyncpg.connect(opened)
    async with rival.transaction():
        await rival.execute(
            "select from account where customer_id = $1 for update", busy.customer_id
        )
        swept = await sweep(now=NOW + 2 * DAY)
        balances = await _balances(opened)
    await rival.close()

    assert swept == 1
    assert (balances[busy.customer_id], balances[other.customer_id]) == (60, 50)
    assert await sweep(now=NOW + 2 * DAY) == 1
    assert (await _balances(opened))[busy.customer_id] == 50


@pytest.mark.planted
async def test_a_broken_account_is_reported_after_the_others_are_done(opened: str) -> None:
    broken, other = await _lapsing(2)
    owner = await asyncpg.connect(opened)
    await owner.execute("update account set balance = 5 where customer_id = $1", broken.customer_id)
    await owner.close()

    with pytest.raises(ExceptionGroup) as raised:
        await sweep(now=NOW + 2 * DAY)

    assert raised.group_contains(asyncpg.CheckViolationError)
    assert str(broken.customer_id) in raised.value.exceptions[0].__notes__[0]
    assert (await _balances(opened))[other.customer_id] == 50
