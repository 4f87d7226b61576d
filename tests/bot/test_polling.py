import pytest
from aiogram.exceptions import TelegramConflictError, TelegramServerError

from bot.telegram.polling import poll
from tests.bot import books
from tests.bot.people import Room
from tests.peers.bot_api import Fault


async def test_what_is_fetched_is_worked_like_what_is_delivered(room: Room) -> None:
    an = room.person(1, "An")
    room.peer.deliver(an.message("/start"))

    await poll(room.line, None)
    await room.work()

    assert an.sees.text.startswith("Chào An")


async def test_an_update_is_confirmed_only_by_asking_for_the_next(room: Room) -> None:
    first, second = room.person(1).message("/start"), room.person(1).message("/help")
    room.peer.deliver(first, second)

    offset = await poll(room.line, None)

    assert offset == second["update_id"] + 1
    assert len(room.peer.waiting) == 2
    room.peer.deliver(room.person(1).message("/app"))
    await poll(room.line, offset)
    assert len(room.peer.waiting) == 1


async def test_what_was_fetched_before_a_crash_is_fetched_again_and_kept_once(room: Room) -> None:
    room.peer.deliver(room.person(1).message("/start"))

    await poll(room.line, None)
    await poll(room.line, None)

    assert await room.work() == 1


async def test_an_update_that_nobody_can_read_does_not_stop_the_others(room: Room) -> None:
    an = room.person(1, "An")
    strange = {"update_id": room.next_id(), "message": {"from": {"id": 1}, "chat": "?"}}
    unknown = {"update_id": room.next_id(), "from_the_future": {}}
    lone = an.message("/start")
    lone["message"]["from"]["first_name"] = "An\ud83d"
    room.peer.deliver(strange, unknown, {**lone, "update_id": room.next_id()})

    offset = await poll(room.line, None)

    assert offset == 1004
    assert [number for number, *_ in await books.updates()] == [1000, 1003]


async def test_only_the_kinds_that_we_work_are_asked_for(room: Room) -> None:
    room.peer.deliver(room.person(1).message("/start"))

    await poll(room.line, None)

    (call,) = room.peer.of("getUpdates")
    assert call.params["allowed_updates"] == [
        *("message", "callback_query", "my_chat_member", "inline_query")
    ]


@pytest.mark.parametrize(
    ("status", "error"), [(500, TelegramServerError), (409, TelegramConflictError)]
)
async def test_a_fetch_that_failed_says_so(room: Room, status: int, error: type[Exception]) -> None:
    room.peer.fail("getUpdates", Fault(status=status, description="no"))

    with pytest.raises(error):
        await poll(room.line, None)
