"""Staff make a chat their own: `/bind CODE`, in a group or alone with the bot."""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain import bots, db
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Room
from tests.clock import FixedClock
from tests.factories import a_program
from tests.peers.bot_api import Call

GROUP = -1001234567890
SUPERGROUP = {"type": "supergroup", "title": "Mộc: nhân viên"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Lan"}


def _said(room: Room, text: str, *, chat: int = GROUP, **more: Any) -> dict[str, Any]:
    lan = {"id": 7, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
    message = {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": PRIVATE if chat > 0 else {**SUPERGROUP, "id": chat},
        "from": lan,
        "text": text,
        **more,
    }
    return {"update_id": room.next_id(), "message": message}


async def _says(room: Room, text: str, **how: Any) -> list[Call]:
    before = len(room.peer.sent())
    await room.deliver(_said(room, text, **how))
    await room.work()
    return room.peer.sent()[before:]


async def _admin_chat(program: Program) -> tuple[int | None, str | None]:
    bot = await bots.bot_of(program.id)
    assert bot is not None
    return bot.admin_chat_id, bot.admin_chat_title


async def _code(program: Program, clock: FixedClock) -> str:
    return await bots.chat_code(program, by="operator", now=clock.now())


@pytest.mark.parametrize("command", ["/bind {}", "/bind@moc_coffee_bot {}", "/BIND  {} "])
async def test_the_right_code_makes_a_group_the_staffs_chat(
    room: Room, program: Program, clock: FixedClock, command: str
) -> None:
    (answer,) = await _says(room, command.format(await _code(program, clock)))

    assert answer.chat == GROUP
    assert answer.text.startswith("Từ giờ đây là nhóm chat của nhân viên Mộc Coffee.")
    assert await _admin_chat(program) == (GROUP, "Mộc: nhân viên")


async def test_alone_with_the_bot_staff_become_no_customer_by_it(
    room: Room, program: Program, clock: FixedClock
) -> None:
    await _says(room, f"/bind {(await _code(program, clock)).lower()}", chat=7)

    assert await _admin_chat(program) == (7, "Lan")
    assert await books.balances() == {}


async def test_who_speaks_in_the_groups_name_is_heard(
    room: Room, program: Program, clock: FixedClock
) -> None:
    nobody = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    group = {"id": GROUP, "type": "supergroup", "title": "Mộc"}
    code = await _code(program, clock)
    await _says(room, f"/bind {code}", **{"from": nobody, "sender_chat": group})

    assert (await _admin_chat(program))[0] == GROUP


async def test_a_code_works_once(room: Room, program: Program, clock: FixedClock) -> None:
    code = await _code(program, clock)
    await _says(room, f"/bind {code}")

    (answer,) = await _says(room, f"/bind {code}", chat=GROUP - 1)

    assert answer.text == "Mã này không đúng hoặc đã hết hạn. Hãy lấy mã mới trong phần cài đặt."
    assert (await _admin_chat(program))[0] == GROUP


async def test_a_code_lapses_after_a_quarter_of_an_hour(
    room: Room, program: Program, clock: FixedClock
) -> None:
    code = await _code(program, clock)
    clock.advance(timedelta(minutes=15))

    (answer,) = await _says(room, f"/bind {code}")

    assert answer.text.startswith("Mã này không đúng")
    assert await _admin_chat(program) == (None, None)


async def test_a_newer_code_replaces_the_one_before(
    room: Room, program: Program, clock: FixedClock
) -> None:
    old = await _code(program, clock)
    new = await _code(program, clock)

    await _says(room, f"/bind {old}")
    assert await _admin_chat(program) == (None, None)
    await _says(room, f"/bind {new}")
    assert (await _admin_chat(program))[0] == GROUP


async def test_another_programs_code_binds_nothing(
    room: Room, program: Program, clock: FixedClock
) -> None:
    tea = await a_program(slug="tea")
    await bots.connect(
        tea,
        token="7000000002:AAF-another-token",
        bot_id=7000000002,
        username="tea_bot",
        by="operator",
        now=clock.now(),
    )

    (answer,) = await _says(room, f"/bind {await _code(tea, clock)}")

    assert answer.text.startswith("Mã này không đúng")
    assert await _admin_chat(program) == await _admin_chat(tea) == (None, None)


async def test_after_five_wrong_codes_even_the_right_one_waits(
    room: Room, program: Program, clock: FixedClock
) -> None:
    code = await _code(program, clock)
    for guess in range(5):
        await _says(room, f"/bind GUESS{guess}")

    (answer,) = await _says(room, f"/bind {code}")

    assert answer.text == "Nhập sai mã quá nhiều lần. Vui lòng thử lại sau 15 phút."
    assert await _admin_chat(program) == (None, None)


async def test_without_a_code_the_way_to_one_is_told(room: Room) -> None:
    (answer,) = await _says(room, "/bind")

    assert answer.text == "Hãy gửi /bind kèm mã hiện trên trang cài đặt."


async def test_a_repeated_update_is_told_the_same(
    room: Room, program: Program, clock: FixedClock
) -> None:
    update = _said(room, f"/bind {await _code(program, clock)}")
    for _ in range(2):
        await room.deliver(update)
        await room.work()
        await books.undo_done()

    assert {call.text for call in room.peer.sent()} == {room.peer.sent()[0].text}


async def test_a_command_for_another_bot_and_small_talk_are_not_ours(
    room: Room, program: Program, clock: FixedClock
) -> None:
    code = await _code(program, clock)

    assert await _says(room, f"/bind@other_bot {code}") == []
    assert await _says(room, f"bind {code}") == []
    assert await _admin_chat(program) == (None, None)


async def test_what_people_say_to_each_other_in_a_group_is_not_even_kept(room: Room) -> None:
    await room.deliver(_said(room, "Chiều nay ai đi uống cà phê?"))
    await room.deliver(_said(room, "", photo=[]))

    assert await books.updates() == []


async def test_who_bound_the_chat_is_written_down(
    room: Room, program: Program, clock: FixedClock
) -> None:
    await _says(room, f"/bind {await _code(program, clock)}")

    async with db.reading() as connection:
        rows = await connection.fetch(
            "select act, facts::text from audit_entry where act like 'chat%' order by recorded_at, id"
        )
    assert [row["act"] for row in rows] == ["chat_code_made", "chat_bound"]
    assert json.loads(rows[1]["facts"]) == {"chat": GROUP, "title": "Mộc: nhân viên"}
