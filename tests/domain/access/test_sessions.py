from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.access.sessions import (
    Opened,
    SignInRequired,
    forget_ended,
    open_session,
    revoke,
    revoke_all,
    session_of,
)
from domain.customers.models import Customer
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_program, a_visitor


async def _signed_in(
    customer: Customer, clock: FixedClock, *, proved_ago: timedelta = timedelta()
) -> Opened:
    return await open_session(
        customer.program_id,
        customer.customer_id,
        channel="telegram",
        now=clock.now(),
        proved_at=clock.now() - proved_ago,
    )


async def _is_over(program_id: UUID, token: str, clock: FixedClock) -> bool:
    try:
        await session_of(program_id, token, now=clock.now())
    except SignInRequired:
        return True
    return False


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


async def test_only_the_hash_of_a_token_is_stored(
    program: Program, clock: FixedClock, database: str
) -> None:
    token = (await _signed_in(await a_visitor(program), clock)).token

    connection = await asyncpg.connect(database)
    rows = await connection.fetch("select s::text as row from customer_session s")
    await connection.close()

    assert len(token) == 43
    assert token not in rows[0]["row"]


async def test_a_session_slides_for_two_hours_after_each_use(
    program: Program, clock: FixedClock
) -> None:
    token = (await _signed_in(await a_visitor(program), clock)).token

    for _ in range(5):
        clock.advance(timedelta(minutes=119))
        assert not await _is_over(program.id, token, clock)

    clock.advance(timedelta(hours=2))
    assert await _is_over(program.id, token, clock)


async def test_a_session_never_outlives_24_hours(program: Program, clock: FixedClock) -> None:
    opened = await _signed_in(await a_visitor(program), clock)

    for _ in range(23):
        clock.advance(timedelta(hours=1))
        session = await session_of(program.id, opened.token, now=clock.now())

    assert session.expires_at == clock.now() + timedelta(hours=1)
    clock.advance(timedelta(hours=1))
    assert await _is_over(program.id, opened.token, clock)


async def test_an_old_proof_gives_a_session_only_to_the_end_of_its_own_day(
    program: Program, clock: FixedClock
) -> None:
    opened = await _signed_in(
        await a_visitor(program), clock, proved_ago=timedelta(hours=23, minutes=30)
    )

    assert opened.session.expires_at == clock.now() + timedelta(minutes=30)
    clock.advance(timedelta(minutes=30))
    assert await _is_over(program.id, opened.token, clock)


async def test_a_proof_from_a_clock_ahead_gives_no_longer_session(
    program: Program, clock: FixedClock
) -> None:
    opened = await _signed_in(await a_visitor(program), clock, proved_ago=-timedelta(seconds=60))

    for _ in range(24):
        clock.advance(timedelta(hours=1) - timedelta(seconds=1))
        assert not await _is_over(program.id, opened.token, clock)
    clock.advance(timedelta(seconds=24))
    assert await _is_over(program.id, opened.token, clock)


async def test_a_revoked_session_is_over_at_once(program: Program, clock: FixedClock) -> None:
    customer = await a_visitor(program)
    one, other = await _signed_in(customer, clock), await _signed_in(customer, clock)

    await revoke(one.session, now=clock.now())

    assert await _is_over(program.id, one.token, clock)
    assert not await _is_over(program.id, other.token, clock)


async def test_a_banned_customer_is_signed_out_everywhere(
    program: Program, clock: FixedClock
) -> None:
    customer, neighbour = await a_visitor(program), await a_visitor(program)
    tokens = [(await _signed_in(customer, clock)).token for _ in range(2)]
    theirs = await _signed_in(neighbour, clock)

    await revoke_all(customer.customer_id, now=clock.now())

    assert [await _is_over(program.id, token, clock) for token in tokens] == [True, True]
    assert not await _is_over(program.id, theirs.token, clock)


@pytest.mark.parametrize("token", ["", "x", "é\udcff", "A" * 5_000, "' or true --"])
async def test_an_invented_token_signs_nobody_in(
    program: Program, clock: FixedClock, token: str
) -> None:
    await _signed_in(await a_visitor(program), clock)

    assert await _is_over(program.id, token, clock)


async def test_a_session_is_worth_nothing_in_another_program(
    program: Program, clock: FixedClock
) -> None:
    token = (await _signed_in(await a_visitor(program), clock)).token
    other = await a_program()

    assert await _is_over(other.id, token, clock)


async def test_use_is_written_down_at_most_once_a_minute(
    program: Program, clock: FixedClock, database: str
) -> None:
    token = (await _signed_in(await a_visitor(program), clock)).token
    signed_in_at = clock.now()
    connection = await asyncpg.connect(database)

    seen = []
    for seconds in (59, 1, 59):
        clock.advance(timedelta(seconds=seconds))
        await session_of(program.id, token, now=clock.now())
        seen.append(await connection.fetchval("select used_at from customer_session"))
    await connection.close()

    minute = signed_in_at + timedelta(minutes=1)
    assert seen == [signed_in_at, minute, minute]


async def test_ended_sessions_are_forgotten(
    program: Program, clock: FixedClock, database: str
) -> None:
    customer = await a_visitor(program)
    await _signed_in(customer, clock, proved_ago=timedelta(hours=23))
    lasting = await _signed_in(customer, clock)
    clock.advance(timedelta(hours=1, seconds=1))

    await forget_ended(now=clock.now())

    connection = await asyncpg.connect(database)
    assert await connection.fetchval("select count(*) from customer_session") == 1
    await connection.close()
    assert not await _is_over(program.id, lasting.token, clock)
