import asyncio
from datetime import timedelta

from domain.notices import pace
from tests.clock import MONDAY_NOON as NOON
from tests.factories import a_program

SECOND = timedelta(seconds=1)


async def test_in_no_second_more_than_the_limit_may_go(opened: str) -> None:
    program = await a_program()

    async def take(wanted: int, after: timedelta) -> int:
        return await pace.take(program.id, "telegram", wanted, most=25, now=NOON + after)

    assert await take(20, timedelta()) == 20
    assert await take(20, SECOND / 2) == 5
    assert await take(1, SECOND - timedelta(microseconds=1)) == 0
    assert await take(25, SECOND) == 20
    assert await take(25, SECOND * 1.5) == 5


async def test_many_at_once_get_no_more_than_the_limit_together(opened: str) -> None:
    program = await a_program()

    granted = await asyncio.gather(
        *[pace.take(program.id, "telegram", 7, most=25, now=NOON) for _ in range(8)]
    )

    assert sum(granted) == 25


async def test_each_program_has_its_own_pace(opened: str) -> None:
    first, second = await a_program(), await a_program()
    await pace.take(first.id, "telegram", 25, most=25, now=NOON)

    assert await pace.room(first.id, "telegram", most=25, now=NOON) == 0
    assert await pace.room(second.id, "telegram", most=25, now=NOON) == 25


async def test_silence_holds_until_its_end_and_is_not_cut_short(opened: str) -> None:
    program = await a_program()
    await pace.silence(program.id, "telegram", until=NOON + 30 * SECOND)
    await pace.silence(program.id, "telegram", until=NOON + 5 * SECOND)

    for after, room in ((29, 0), (30, 25)):
        now = NOON + after * SECOND
        assert await pace.room(program.id, "telegram", most=25, now=now) == room
        assert await pace.take(program.id, "telegram", 25, most=25, now=now) == room


async def test_a_clock_set_back_gives_nothing_away(opened: str) -> None:
    program = await a_program()
    await pace.take(program.id, "telegram", 25, most=25, now=NOON)

    assert await pace.take(program.id, "telegram", 1, most=25, now=NOON - SECOND) == 0
