import asyncio
from datetime import timedelta

import pytest

from domain import db
from domain.customers.enrolment import mark_unreachable
from domain.customers.models import Customer
from domain.notices import outbox
from domain.notices.outbox import ATTEMPTS_MAX, LEASE, Notice
from domain.programs import Program
from tests.clock import MONDAY_NOON as NOON
from tests.factories import a_program, a_visitor

SECOND = timedelta(seconds=1)


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.fixture
async def customer(program: Program) -> Customer:
    return await a_visitor(program, name="Lan", locale="en")


async def _owe(customer: Customer, kind: str = "friend_joined") -> None:
    async with db.transaction() as connection:
        await outbox.owe(
            connection, customer.customer_id, customer.program_id, kind, {"points": 5}, now=NOON
        )


async def _due(program: Program, after: timedelta = timedelta(), limit: int = 10) -> list[Notice]:
    return await outbox.due(program.id, "telegram", now=NOON + after, limit=limit)


async def _outcome(notice: Notice) -> tuple[bool, bool, str | None]:
    async with db.reading() as connection:
        row = await connection.fetchrow("select * from notice where id = $1", notice.id)
    assert row is not None
    return row["sent_at"] is not None, row["dropped_at"] is not None, row["outcome"]


async def test_what_is_owed_says_whom_it_is_for(program: Program, customer: Customer) -> None:
    await _owe(customer)

    (notice,) = await _due(program)

    assert (notice.kind, notice.facts, notice.attempts) == ("friend_joined", {"points": 5}, 1)
    assert (notice.name, notice.locale, notice.unreachable) == ("Lan", "en", False)
    assert notice.address
    assert notice.address.isdigit()


async def test_a_transaction_that_fails_owes_nothing(program: Program, customer: Customer) -> None:
    async def owe_and_fail() -> None:
        async with db.transaction() as connection:
            await outbox.owe(
                connection, customer.customer_id, program.id, "friend_joined", {}, now=NOON
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await owe_and_fail()

    assert await _due(program) == []


async def test_senders_at_once_never_hold_the_same_message(
    program: Program, customer: Customer
) -> None:
    for _ in range(6):
        await _owe(customer)

    claims = await asyncio.gather(*[_due(program) for _ in range(4)])

    held = [notice.id for claim in claims for notice in claim]
    assert sorted(held) == sorted(set(held))
    assert len(held) == 6


async def test_a_sender_that_died_loses_its_lease(program: Program, customer: Customer) -> None:
    await _owe(customer)
    await _due(program)

    assert await _due(program, LEASE - SECOND) == []
    (again,) = await _due(program, LEASE)

    assert again.attempts == 2


async def test_what_was_sent_is_not_due_again(program: Program, customer: Customer) -> None:
    await _owe(customer)
    (notice,) = await _due(program)

    await outbox.sent(notice, now=NOON)

    assert await _outcome(notice) == (True, False, "sent")
    assert await _due(program, timedelta(days=1)) == []


async def test_a_message_that_never_arrives_is_dropped_in_the_end(
    program: Program, customer: Customer
) -> None:
    await _owe(customer)
    after, tries = timedelta(), 0
    while notices := await _due(program, after):
        tries += 1
        await outbox.retry(notices[0], "server error", now=NOON + after)
        after += timedelta(minutes=20)
        last = notices[0]

    assert tries == ATTEMPTS_MAX
    assert await _outcome(last) == (False, True, "gave up: server error")


async def test_a_postponed_message_keeps_its_attempts(program: Program, customer: Customer) -> None:
    await _owe(customer)
    (notice,) = await _due(program)

    await outbox.postpone(notice, until=NOON + SECOND)

    (again,) = await _due(program, SECOND)
    assert again.attempts == 1


async def test_an_unreachable_customer_is_known_as_such(
    program: Program, customer: Customer
) -> None:
    await mark_unreachable(customer.customer_id, "telegram", now=NOON)
    await _owe(customer)

    (notice,) = await _due(program)

    assert notice.unreachable


async def test_another_programs_messages_are_not_ours(program: Program, customer: Customer) -> None:
    other = await a_program()
    await _owe(customer)

    assert await _due(other) == []
