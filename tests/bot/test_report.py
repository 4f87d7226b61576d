from datetime import timedelta
from typing import cast

import pytest

from domain import bots
from domain.access import staff, telegram
from domain.access.models import Staff
from domain.access.roles import Role
from domain.customers.models import Customer
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Person, Room
from tests.clock import MONDAY_NOON as NOON
from tests.clock import FixedClock
from tests.factories import posted
from tests.peers.bot_api import USERNAME

GROUP = -100
REPORT = "https://loyalty.example.test/admin/reports/customer-loyalty?from=2026-03-02&to=2026-03-02"


async def _bound(program: Program, chat: int) -> None:
    code = await bots.chat_code(program, by="operator", now=NOON)
    await bots.bind_chat(program, code, chat, "The shop", now=NOON)


async def _member(room: Room, number: int = 1, name: str = "An") -> Person:
    person = room.person(number, name)
    await person.says("/start")
    await person.taps("✅")
    return person


async def _of_the_staff(program: Program, person: Person, role: Role) -> Staff:
    member = await staff.create_staff(program, login="lan", name="Lan", role=role, now=NOON)
    await telegram.link(member, str(person.id), person.name, now=NOON)
    return member


async def _said_in_group(room: Room, person: Person, text: str) -> list[str]:
    before = len(room.peer.sent(GROUP))
    chat = {"id": GROUP, "type": "supergroup", "title": "The shop"}
    await room.deliver(person.message(text, chat=chat))
    await room.work()
    return [call.text for call in room.peer.sent(GROUP)[before:]]


@pytest.mark.parametrize("text", ["/report", "/report today", f"/report@{USERNAME}", "/REPORT"])
async def test_in_the_staffs_chat_anyone_is_told_how_today_went(
    room: Room, program: Program, clock: FixedClock, text: str
) -> None:
    await _bound(program, GROUP)
    an = await _member(room)
    customers = await books.balances()
    assert customers == {"An": 50}
    await an.says("/checkin")

    (report,) = await _said_in_group(room, room.person(9, "Bảo"), text)

    assert report.splitlines() == [
        "Mộc Coffee ngày 02/03/2026",
        "",
        "➕ Đã phát hành: 60",
        "🎁 Đã dùng: 0",
        "➖ Bị khấu trừ: 0",
        "🤝 Lượt giới thiệu hoàn tất: 0",
    ]
    (button,) = room.peer.sent(GROUP)[-1].buttons
    assert button["url"] == REPORT


async def test_the_report_is_of_the_programs_own_day(
    room: Room, program: Program, clock: FixedClock
) -> None:
    await _bound(program, GROUP)
    await _member(room)
    clock.set(NOON + timedelta(hours=12))  # midnight in Ho Chi Minh City

    (report,) = await _said_in_group(room, room.person(9, "Bảo"), "/report")

    assert report.splitlines()[0] == "Mộc Coffee ngày 03/03/2026"
    assert "Đã phát hành: 0" in report


async def test_in_any_other_group_there_is_no_report(room: Room, program: Program) -> None:
    await _bound(program, GROUP - 1)

    assert await _said_in_group(room, room.person(9, "Bảo"), "/report") == []


@pytest.mark.parametrize("role", ["owner", "manager", "analyst"])
async def test_somebody_of_the_staff_is_told_in_their_own_chat(
    room: Room, program: Program, role: str
) -> None:
    an = await _member(room)
    await _of_the_staff(program, an, cast(Role, role))

    assert (await an.says("/report")).text.startswith("Mộc Coffee ngày 02/03/2026")


async def test_to_everybody_else_it_is_no_command(room: Room, program: Program) -> None:
    an, cashier, gone = [await _member(room, n, name) for n, name in enumerate("ABC", 1)]
    await _of_the_staff(program, cashier, "cashier")
    left = await staff.create_staff(program, login="left", name="L", role="owner", now=NOON)
    await telegram.link(left, str(gone.id), "C", now=NOON)
    await staff.disable(left, by="operator", now=NOON)

    for person in (an, cashier, gone):
        card = await person.says("/report")
        assert "Mình hiểu nút bấm hơn là lời nói" in card.text
        assert "phát hành" not in card.text


async def test_the_verbs_of_the_report_and_the_message_agree(room: Room, program: Program) -> None:
    an = await _member(room)
    await _bound(program, an.id)
    (customer,) = await Customer.all()
    await posted(customer.customer_id, 1_000, now=NOON)
    await posted(customer.customer_id, -300, now=NOON)

    card = await an.says("/report")

    assert "Đã phát hành: 1.050" in card.text
    assert "Đã dùng: 300" in card.text
