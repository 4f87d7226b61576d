"""What becomes of an update whose answer does not go through."""

import json
from datetime import timedelta

import pytest

from domain import inbox
from domain.inbox import ATTEMPTS_MAX
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Person, Room, Update
from tests.clock import MONDAY_NOON, FixedClock
from tests.peers.bot_api import BLOCKED, HANG, Fault, too_many

MINUTE = timedelta(minutes=1)


async def _member(room: Room, number: int = 1, name: str = "An") -> Person:
    person = room.person(number, name)
    await person.says("/start")
    await person.taps("Đồng ý")
    return person


async def _given_up(room: Room, clock: FixedClock, update: Update) -> None:
    """Deliver an update and let time pass until it is done or given up."""
    await room.deliver(update)
    for _ in range(ATTEMPTS_MAX + 1):
        await room.work()
        clock.advance(6 * MINUTE)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(),
        Fault(status=502, body="<html>Bad gateway</html>"),
        Fault(status=429, description="Too Many Requests"),
        HANG,
    ],
    ids=["500", "no JSON", "429 without a pause", "no answer"],
)
async def test_an_answer_that_failed_goes_out_later_and_the_effect_is_not_repeated(
    room: Room, clock: FixedClock, fault: Fault
) -> None:
    an = await _member(room)
    room.peer.fail("editMessageText", fault)
    await an.taps("Điểm danh")
    assert await books.balances() == {"An": 60}
    assert "+10 điểm cho hôm nay!" not in an.sees.text

    clock.advance(2 * timedelta(seconds=1))
    await room.work()

    assert "+10 điểm cho hôm nay!" in an.sees.text
    assert await books.balances() == {"An": 60}


async def test_later_updates_of_the_conversation_wait_for_the_failed_one(
    room: Room, clock: FixedClock
) -> None:
    an, lan = await _member(room, 1, "An"), await _member(room, 2, "Lan")
    room.peer.fail("sendMessage", Fault())
    await room.deliver(an.message("/points"))
    await room.work()

    await room.deliver(an.message("/help"))
    await lan.says("/help")

    assert "/checkin" in lan.sees.text
    assert "/checkin" not in an.sees.text
    clock.advance(timedelta(seconds=2))
    await room.work()
    assert [call.text.split("\n")[0] for call in room.peer.sent(1)[-2:]] == [
        "50 điểm",
        "Mình giúp được gì cho bạn",
    ]


async def test_after_429_nothing_at_all_is_called_until_the_pause_is_over(
    room: Room, clock: FixedClock
) -> None:
    an, lan = await _member(room, 1, "An"), await _member(room, 2, "Lan")
    room.peer.fail("sendMessage", too_many(30))
    await room.deliver(an.message("/points"))
    await room.work()
    calls = len(room.peer.calls)

    await room.deliver(lan.message("/points"))
    clock.advance(timedelta(seconds=29))
    assert await room.work() == 0
    assert len(room.peer.calls) == calls

    clock.advance(timedelta(seconds=1))
    assert await room.work() == 2
    assert an.sees.text.startswith("50 điểm")
    assert lan.sees.text.startswith("50 điểm")
    assert [attempts for *_, attempts, _ in await books.updates()] == [1] * 6


async def test_who_blocked_the_bot_is_marked_and_the_update_is_done(room: Room) -> None:
    an = await _member(room)
    room.peer.fail("sendMessage", BLOCKED)

    await an.says("/points")

    assert await books.reachable() == {"An": False}
    assert (await books.updates())[-1][1:4] == (True, False, 1)


@pytest.mark.parametrize("again", ["message", "my_chat_member"])
async def test_who_comes_back_is_reachable_again(room: Room, again: str) -> None:
    an = await _member(room)
    await an.blocks()
    assert await books.reachable() == {"An": False}

    if again == "message":
        await an.says("/points")
    else:
        await an.blocks(again=True)

    assert await books.reachable() == {"An": True}


async def test_a_stranger_who_blocks_the_bot_becomes_no_customer(room: Room) -> None:
    await room.person(1, "An").blocks()

    assert await books.balances() == {}
    assert (await books.updates())[-1][1:3] == (True, False)


async def test_an_update_that_nobody_can_read_is_parked_and_the_next_is_worked(
    room: Room, clock: FixedClock
) -> None:
    an = await _member(room)
    poison = an.message("/points")
    poison["message"]["chat"] = {"id": "one"}

    await _given_up(room, clock, poison)
    card = await an.says("/help")

    _, done, parked, attempts, problem = next(
        row for row in await books.updates() if row[0] == poison["update_id"]
    )
    assert (done, parked, attempts) == (False, True, ATTEMPTS_MAX)
    assert problem.startswith("ValidationError")
    assert "/checkin" in card.text


async def test_whose_update_is_given_up_hears_that_nothing_is_lost(
    room: Room, clock: FixedClock
) -> None:
    an = await _member(room)
    room.peer.fail("sendMessage", *[Fault()] * ATTEMPTS_MAX)

    await _given_up(room, clock, an.message("/points"))

    assert "Điểm của bạn vẫn an toàn" in an.sees.text
    assert an.sees.buttons


async def test_an_old_message_that_cannot_be_changed_is_sent_anew(room: Room) -> None:
    an = await _member(room)
    gone = Fault(status=400, description="Bad Request: message can't be edited")
    room.peer.fail("editMessageText", gone)
    before = len(room.peer.sent(1))

    await an.taps("Điểm danh")

    assert len(room.peer.sent(1)) == before + 1
    assert "+10 điểm cho hôm nay!" in an.sees.text


async def test_a_query_too_old_to_be_acknowledged_is_worked_all_the_same(room: Room) -> None:
    an = await _member(room)
    old = Fault(status=400, description="Bad Request: query is too old and response timeout")
    room.peer.fail("answerCallbackQuery", old)

    await an.taps("Điểm danh")

    assert "+10 điểm cho hôm nay!" in an.sees.text


async def test_the_same_card_again_is_no_problem(room: Room) -> None:
    an = await _member(room)
    await an.taps("Menu")

    await an.presses("go:menu")

    assert all((done, attempts) == (True, 1) for _, done, _, attempts, _ in await books.updates())


async def test_an_account_that_is_busy_lets_the_update_wait(
    room: Room, opened: str, clock: FixedClock
) -> None:
    an = await _member(room)
    async with books.account_locked(opened, "An"):
        await room.deliver(an.message("/checkin"))
        await room.work()
        assert await books.balances() == {"An": 50}

    clock.advance(timedelta(seconds=2))
    await room.work()

    assert "+10 điểm cho hôm nay!" in an.sees.text


async def test_bytes_that_came_from_elsewhere_are_worked_alike(
    room: Room, program: Program
) -> None:
    an = room.person(1, "An")
    payload = json.dumps(an.message("/start")).encode("utf-16")

    await inbox.receive(program.id, "telegram", 1, "1", payload, now=MONDAY_NOON)
    await room.work()

    assert an.sees.text.startswith("Chào An")
