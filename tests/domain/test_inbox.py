import asyncio
from datetime import timedelta
from itertools import permutations

import pytest

from domain import db, inbox
from domain.inbox import ATTEMPTS_MAX, LEASE, Received
from domain.programs import Program
from tests.clock import MONDAY_NOON as NOON
from tests.factories import a_program

SECOND = timedelta(seconds=1)


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


async def _received(program: Program, update_id: int, conversation: str = "an") -> bool:
    payload = f"update {update_id}".encode()
    return await inbox.receive(program.id, "telegram", update_id, conversation, payload, now=NOON)


async def _due(program: Program, now: object = NOON, limit: int = 10) -> list[Received]:
    assert isinstance(now, type(NOON))
    return await inbox.due(program.id, "telegram", now=now, limit=limit)


async def _row(update_id: int) -> dict[str, object]:
    async with db.reading() as connection:
        row = await connection.fetchrow(
            "select * from received_update where update_id = $1", update_id
        )
    assert row is not None
    return dict(row)


async def test_an_update_delivered_again_is_not_new(program: Program) -> None:
    answers = [await _received(program, 7) for _ in range(2)]

    assert answers == [True, False]


async def test_of_five_deliveries_at_once_one_is_new(program: Program) -> None:
    answers = await asyncio.gather(*[_received(program, 7) for _ in range(5)])

    assert sorted(answers) == [False] * 4 + [True]


async def test_an_update_delivered_again_after_it_was_done_is_not_new(program: Program) -> None:
    await _received(program, 7)
    (update,) = await _due(program)
    await inbox.done(update, now=NOON)

    again = await _received(program, 7)

    assert not again
    assert await _due(program, NOON + timedelta(hours=20)) == []


async def test_the_payload_comes_back_byte_for_byte(program: Program) -> None:
    hostile = b'{"update_id":1,"name":"\\u0000\\ud800\xff"}'
    await inbox.receive(program.id, "telegram", 1, "an", hostile, now=NOON)

    (update,) = await _due(program)

    assert update.payload == hostile


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
async def test_a_conversation_is_worked_in_the_order_of_its_updates(
    program: Program, order: tuple[int, ...]
) -> None:
    for update_id in order:
        await _received(program, update_id)

    worked = []
    while updates := await _due(program):
        worked.append([update.update_id for update in updates])
        for update in updates:
            await inbox.done(update, now=NOON)

    assert worked == [[1], [2], [3]]


async def test_conversations_do_not_wait_for_each_other(program: Program) -> None:
    for update_id, conversation in enumerate(["an", "binh", "an", "chi"], start=1):
        await _received(program, update_id, conversation)

    claimed = await _due(program)

    assert [update.update_id for update in claimed] == [1, 2, 4]


async def test_workers_at_once_never_hold_the_same_conversation(program: Program) -> None:
    for update_id in range(30):
        await _received(program, update_id + 1, f"customer {update_id % 10}")

    claims = await asyncio.gather(*[_due(program, limit=4) for _ in range(6)])

    held = [update.update_id for claim in claims for update in claim]
    assert len(held) == len(set(held)) <= 10
    assert max(held) <= 10


async def test_the_lease_of_a_dead_worker_runs_out(program: Program) -> None:
    await _received(program, 1)
    await _due(program)

    assert await _due(program, NOON + LEASE - SECOND) == []
    (again,) = await _due(program, NOON + LEASE)

    assert again.attempts == 2


async def test_a_failed_update_waits_twice_as_long_each_time(program: Program) -> None:
    await _received(program, 1)
    now, waits = NOON, []
    for _ in range(3):
        (update,) = await _due(program, now)
        await inbox.retry(update, "no", now=now)
        due_at = (await _row(1))["due_at"]
        assert isinstance(due_at, type(NOON))
        waits.append((due_at - now).seconds)
        now = due_at

    assert waits == [2, 4, 8]


async def test_a_failed_update_holds_back_the_rest_of_its_conversation_only(
    program: Program,
) -> None:
    for update_id, conversation in enumerate(["an", "an", "binh"], start=1):
        await _received(program, update_id, conversation)
    first, _ = await _due(program)

    await inbox.retry(first, "no", now=NOON)

    assert await _due(program, NOON + SECOND) == []
    assert [update.update_id for update in await _due(program, NOON + 2 * SECOND)] == [1]


async def test_a_poisonous_update_is_parked_with_its_problem(program: Program) -> None:
    await _received(program, 1)
    await _received(program, 2)
    now, tries = NOON, 0
    while (updates := await _due(program, now)) and updates[0].update_id == 1:
        tries += 1
        await inbox.retry(updates[0], f"bad \0 \ud800 {tries}", now=now)
        now += timedelta(minutes=6)

    row = await _row(1)

    assert tries == ATTEMPTS_MAX
    assert row["parked_at"] is not None
    assert row["problem"] == "bad \N{REPLACEMENT CHARACTER} ? 6"
    assert [update.update_id for update in updates] == [2]


async def test_an_attempt_that_outlived_its_lease_changes_nothing(program: Program) -> None:
    await _received(program, 1)
    (slow,) = await _due(program)
    (fresh,) = await _due(program, NOON + LEASE)

    await inbox.park(slow, "too late", now=NOON + LEASE)
    await inbox.retry(slow, "too late", now=NOON + LEASE)

    assert (await _row(1))["problem"] is None
    await inbox.done(fresh, now=NOON + LEASE)
    assert (await _row(1))["done_at"] == NOON + LEASE


async def test_a_postponed_attempt_does_not_count(program: Program) -> None:
    await _received(program, 1)
    (update,) = await _due(program)

    await inbox.postpone(update, until=NOON + 30 * SECOND)

    assert await _due(program, NOON + 29 * SECOND) == []
    (again,) = await _due(program, NOON + 30 * SECOND)
    assert again.attempts == 1


async def test_what_was_done_before_an_instant_is_forgotten(program: Program) -> None:
    await _received(program, 1)
    await _received(program, 2, "binh")
    first, _ = await _due(program)
    await inbox.done(first, now=NOON)

    await inbox.forget(program.id, "telegram", before=NOON)
    assert not await _received(program, 1)

    await inbox.forget(program.id, "telegram", before=NOON + SECOND)
    assert await _received(program, 1)
    assert not await _received(program, 2, "binh")
