import asyncio
from datetime import timedelta

import asyncpg
import pytest

from domain.access.sign_in_codes import (
    LIFETIME,
    Asked,
    InvalidCode,
    answer,
    ask,
    forget_lapsed,
    question,
    state,
    use,
)
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_program, a_visitor


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.fixture
async def asked(program: Program) -> Asked:
    return await ask(program.id, device="Chrome, Windows", now=MONDAY_NOON)


async def test_the_right_number_lets_the_browser_in_once(program: Program, asked: Asked) -> None:
    an = await a_visitor(program)
    browser = (program.id, asked.nonce, asked.secret)
    assert await state(*browser, now=MONDAY_NOON) == "waiting"

    is_right = await answer(program.id, asked.nonce, asked.number, an.customer_id, now=MONDAY_NOON)

    assert is_right
    assert await state(*browser, now=MONDAY_NOON) == "confirmed"
    assert await use(*browser, now=MONDAY_NOON) == an.customer_id
    assert await state(*browser, now=MONDAY_NOON) == "over"
    with pytest.raises(InvalidCode):
        await use(*browser, now=MONDAY_NOON)


async def test_the_chat_is_asked_with_the_device_and_three_numbers(
    program: Program, asked: Asked
) -> None:
    found = await question(program.id, asked.nonce, now=MONDAY_NOON)

    assert found.device == "Chrome, Windows"
    assert len(set(found.choices)) == 3
    assert asked.number in found.choices


@pytest.mark.parametrize("wrong", ["00", None], ids=["another number", "no"])
async def test_another_answer_ends_it_for_good(
    program: Program, asked: Asked, wrong: str | None
) -> None:
    an = await a_visitor(program)

    assert not await answer(program.id, asked.nonce, wrong, an.customer_id, now=MONDAY_NOON)

    assert await state(program.id, asked.nonce, asked.secret, now=MONDAY_NOON) == "over"
    for late in (
        answer(program.id, asked.nonce, asked.number, an.customer_id, now=MONDAY_NOON),
        question(program.id, asked.nonce, now=MONDAY_NOON),
        use(program.id, asked.nonce, asked.secret, now=MONDAY_NOON),
    ):
        with pytest.raises(InvalidCode):
            await late


async def test_only_the_browser_that_asked_is_let_in(program: Program, asked: Asked) -> None:
    an = await a_visitor(program)
    other = await ask(program.id, device="Firefox, Linux", now=MONDAY_NOON)
    await answer(program.id, asked.nonce, asked.number, an.customer_id, now=MONDAY_NOON)

    assert await state(program.id, asked.nonce, other.secret, now=MONDAY_NOON) == "over"
    with pytest.raises(InvalidCode):
        await use(program.id, asked.nonce, other.secret, now=MONDAY_NOON)
    with pytest.raises(InvalidCode):
        await use(program.id, other.nonce, asked.secret, now=MONDAY_NOON)


async def test_a_code_of_another_program_is_none(program: Program, asked: Asked) -> None:
    elsewhere = await a_program()
    stranger = await a_visitor(elsewhere)

    with pytest.raises(InvalidCode):
        await question(elsewhere.id, asked.nonce, now=MONDAY_NOON)
    with pytest.raises(InvalidCode):
        await answer(elsewhere.id, asked.nonce, asked.number, stranger.customer_id, now=MONDAY_NOON)
    assert await state(elsewhere.id, asked.nonce, asked.secret, now=MONDAY_NOON) == "over"


async def test_after_ten_minutes_it_lets_nobody_in(program: Program, asked: Asked) -> None:
    an = await a_visitor(program)
    await answer(program.id, asked.nonce, asked.number, an.customer_id, now=MONDAY_NOON)
    late = MONDAY_NOON + LIFETIME

    assert timedelta(minutes=10) == LIFETIME
    assert await state(program.id, asked.nonce, asked.secret, now=late) == "over"
    with pytest.raises(InvalidCode):
        await use(program.id, asked.nonce, asked.secret, now=late)


async def test_of_many_uses_at_once_one_is_let_in(program: Program, asked: Asked) -> None:
    an = await a_visitor(program)
    await answer(program.id, asked.nonce, asked.number, an.customer_id, now=MONDAY_NOON)

    tries = [use(program.id, asked.nonce, asked.secret, now=MONDAY_NOON) for _ in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)

    assert [r for r in results if not isinstance(r, InvalidCode)] == [an.customer_id]


async def test_neither_nonce_nor_secret_is_stored(
    program: Program, asked: Asked, database: str
) -> None:
    connection = await asyncpg.connect(database)
    row = str(dict(await connection.fetchrow("select * from sign_in_code") or {}))
    await connection.close()

    assert asked.nonce not in row
    assert asked.secret not in row


async def test_what_lapsed_is_forgotten(program: Program, asked: Asked, database: str) -> None:
    await forget_lapsed(now=MONDAY_NOON)
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("select count(*) from sign_in_code") == 1

    await forget_lapsed(now=MONDAY_NOON + LIFETIME + timedelta(seconds=1))

    assert await connection.fetchval("select count(*) from sign_in_code") == 0
    await connection.close()
