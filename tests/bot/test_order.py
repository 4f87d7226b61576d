"""I20: duplicates, order and rival workers do not change the final state."""

import asyncio
from itertools import permutations

import pytest

from bot.telegram.line import connected
from bot.telegram.working import work_due
from tests.bot import books
from tests.bot.people import Person, Room, Update
from tests.clock import FixedClock
from tests.peers.bot_api import TOKEN

EXPECTED = {"Lan": 50 + 20 + 100, "An": 50 + 50 + 10}


async def _story(room: Room) -> list[Update]:
    """Return what an invited friend does, in order: four updates of one conversation."""
    lan = room.person(1, "Lan")
    await lan.says("/start")
    await lan.taps("Đồng ý")
    card = await lan.says("/invite")
    (link,) = [button["copy_text"]["text"] for button in card.buttons if "copy_text" in button]
    return _updates(room.person(2, "An"), str(link).partition("?start=")[2])


def _updates(an: Person, code: str) -> list[Update]:
    return [
        an.message(f"/start {code}"),
        an.press("accept:1"),
        an.press("go:check_in"),
        an.message("/points"),
    ]


@pytest.mark.parametrize("order", list(permutations(range(4)))[::3])
async def test_w4_updates_that_arrive_in_any_order_have_the_effect_of_their_own(
    room: Room, order: tuple[int, ...]
) -> None:
    story = await _story(room)

    for position in order:
        await room.deliver(story[position])
    await room.work()

    assert await books.balances() == EXPECTED
    assert await books.referrals() == [("Lan", "An", "complete")]
    assert room.peer.last(2).text.startswith("110 điểm")


async def test_gaps_between_the_numbers_hold_nothing_up(room: Room) -> None:
    story = await _story(room)
    for update, number in zip(story, (5_000, 70_000, 70_001, 2**40), strict=True):
        update["update_id"] = number
        await room.deliver(update)

    await room.work()

    assert await books.balances() == EXPECTED


async def test_i20_rival_workers_and_duplicates_have_one_effect(
    room: Room, clock: FixedClock
) -> None:
    story = await _story(room)
    friends = [_updates(room.person(10 + n, f"Friend {n}"), "") for n in range(6)]
    others = [update for updates in friends for update in updates]
    for update in [*story, *others, *reversed(story)]:
        await room.deliver(update, times=2)
    program = await room.line.program()

    async with (
        connected(program, TOKEN, config=room.line.config, clock=clock) as second,
        connected(program, TOKEN, config=room.line.config, clock=clock) as third,
    ):
        lines = (room.line, second, third)
        while any(await asyncio.gather(*[work_due(each) for each in lines])):
            pass

    assert await books.balances() == EXPECTED | {f"Friend {n}": 60 for n in range(6)}
    assert all((done, attempts) == (True, 1) for _, done, _, attempts, _ in await books.updates())


async def test_an_update_worked_twice_repeats_the_answer_and_not_the_effect(room: Room) -> None:
    """As after a worker that died between its answer and the note that it was done."""
    story = await _story(room)
    for update in story:
        await room.deliver(update)
        await room.work()
    before, calls = await books.ledger(), len(room.peer.calls)

    await books.undo_done()
    await room.work()

    assert await books.ledger() == before
    edits = [call for call in room.peer.calls[calls:] if call.method == "editMessageText"]
    joined, checked_in = [call.text for call in edits if call.chat == 2]
    assert "+100 điểm khởi đầu" in joined
    assert "+10 điểm cho hôm nay" in checked_in
