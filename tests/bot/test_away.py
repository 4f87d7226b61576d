"""While Telegram is away, nothing is given up: updates and notices wait however long it takes."""

from datetime import timedelta

import pytest

from domain import db
from domain.inbox import ATTEMPTS_MAX
from domain.notices.outbox import ATTEMPTS_MAX as NOTICE_ATTEMPTS
from domain.notices.outbox import owe
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Room
from tests.clock import FixedClock
from tests.factories import a_member
from tests.peers.bot_api import BAD_GATEWAY, DROP, TOKEN, Fault


@pytest.mark.parametrize("fault", [DROP, BAD_GATEWAY], ids=["no answer", "502 with a page"])
async def test_after_an_outage_of_hours_every_update_is_answered(
    room: Room, clock: FixedClock, fault: Fault
) -> None:
    room.peer.down[TOKEN] = fault
    for number in range(1, 6):
        await room.deliver(room.person(number, f"Lan {number}").message("/start"))
    for _ in range(4 * ATTEMPTS_MAX):
        await room.work()
        clock.advance(timedelta(minutes=6))

    assert not any(parked for _, _, parked, *_ in await books.updates())
    del room.peer.down[TOKEN]
    for _ in range(3):
        await room.work()
        clock.advance(timedelta(minutes=1))
    assert {call.chat for call in room.peer.sent()} >= {1, 2, 3, 4, 5}
    assert all(done for _, done, *_ in await books.updates())


async def test_after_an_outage_of_hours_every_notice_is_sent(
    room: Room, program: Program, clock: FixedClock
) -> None:
    for number in range(4):
        lan = await a_member(program, name=f"Lan {number}")
        async with db.transaction() as connection:
            facts = {"name": "An", "points": 20}
            await owe(
                connection, lan.customer_id, program.id, "friend_joined", facts, now=clock.now()
            )
    room.peer.down[TOKEN] = DROP
    for _ in range(2 * NOTICE_ATTEMPTS):
        await room.deliver_notices()
        clock.advance(timedelta(minutes=16))

    assert not any("gave up" in (outcome or "") for _, _, outcome in await books.notices())
    del room.peer.down[TOKEN]
    room.peer.calls.clear()
    for _ in range(3):
        await room.deliver_notices()
        clock.advance(timedelta(minutes=16))
    assert len({call.chat for call in room.peer.sent()}) == 4


async def test_while_it_is_away_it_is_asked_once_in_a_while_and_not_for_everybody(
    room: Room, clock: FixedClock
) -> None:
    room.peer.down[TOKEN] = DROP
    for number in range(1, 30):
        await room.deliver(room.person(number, f"Lan {number}").message("/start"))
    for _ in range(60):
        await room.work()
        clock.advance(timedelta(seconds=1))

    assert len(room.peer.calls) < 40
