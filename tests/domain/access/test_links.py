import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain.access.links import Audience, Guest, InvalidLink, forget_lapsed, make_link, use_link
from domain.ids import new_id
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_program


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.mark.parametrize("audience", ["customer", "staff"])
async def test_a_link_lets_its_person_in_once(
    program: Program, clock: FixedClock, audience: Audience
) -> None:
    person = new_id()
    token = await make_link(program.id, audience, person, now=clock.now())

    assert await use_link(audience, token, now=clock.now()) == Guest(program.id, person)

    with pytest.raises(InvalidLink):
        await use_link(audience, token, now=clock.now())


async def test_of_many_at_the_same_instant_one_is_let_in(
    program: Program, clock: FixedClock
) -> None:
    token = await make_link(program.id, "customer", new_id(), now=clock.now())

    tries = [use_link("customer", token, now=clock.now()) for _ in range(20)]
    answers = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(answer, Guest) for answer in answers) == 1
    assert sum(isinstance(answer, InvalidLink) for answer in answers) == 19


async def test_a_link_lapses_after_15_minutes(program: Program, clock: FixedClock) -> None:
    token = await make_link(program.id, "customer", new_id(), now=clock.now())
    clock.advance(timedelta(minutes=15))

    with pytest.raises(InvalidLink):
        await use_link("customer", token, now=clock.now())


async def test_a_customers_link_is_no_link_for_staff(program: Program, clock: FixedClock) -> None:
    token = await make_link(program.id, "customer", new_id(), now=clock.now())

    with pytest.raises(InvalidLink):
        await use_link("staff", token, now=clock.now())
    await use_link("customer", token, now=clock.now())


async def test_a_link_of_another_program_lets_nobody_in_and_stays(
    program: Program, clock: FixedClock
) -> None:
    token = await make_link(program.id, "customer", new_id(), now=clock.now())
    other = await a_program()

    with pytest.raises(InvalidLink):
        await use_link("customer", token, now=clock.now(), program_id=other.id)
    await use_link("customer", token, now=clock.now(), program_id=program.id)


async def test_only_the_hash_of_a_link_is_stored_and_only_until_it_lapses(
    program: Program, clock: FixedClock, database: str
) -> None:
    token = await make_link(program.id, "customer", new_id(), now=clock.now())
    connection = await asyncpg.connect(database)
    rows = await connection.fetch("select l::text as row from sign_in_link l")
    clock.advance(timedelta(minutes=16))

    await forget_lapsed(now=clock.now())

    left = await connection.fetchval("select count(*) from sign_in_link")
    await connection.close()
    assert token not in rows[0]["row"]
    assert left == 0
