"""The worker as a whole: it runs beside the test, and the peer tells how far it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.telegram.config import BotConfig
from bot.telegram.worker import run
from domain import db
from domain.notices.outbox import owe
from domain.programs import Program
from tests.bot import books
from tests.bot.people import Room
from tests.clock import FixedClock
from tests.factories import a_member
from tests.peers.bot_api import HANG, TOKEN, BotApi, Fault


@asynccontextmanager
async def _running(
    program: Program, config: BotConfig, clock: FixedClock
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(run(program, TOKEN, config=config, clock=clock, stop=stop))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def test_it_greets_polls_answers_and_delivers_until_told_to_stop(
    room: Room, program: Program, config: BotConfig, peer: BotApi, clock: FixedClock
) -> None:
    lan = await a_member(program, name="Lan")
    async with db.transaction() as connection:
        facts = {"name": "An", "points": 20}
        await owe(connection, lan.customer_id, program.id, "friend_joined", facts, now=clock.now())
    peer.deliver(room.person(1, "An").message("/start"))

    async with _running(program, replace(config, mode="polling", polling_seconds=60), clock):
        await peer.until(lambda: len(peer.sent()) == 2 and bool(peer.of("deleteWebhook")))

    assert {call.text.split("\n")[0] for call in peer.sent()} == {
        "Chào An, mừng bạn đến với Mộc Coffee!",
        "👋 An vừa mở lời mời của bạn",
    }


async def test_in_webhook_mode_it_works_what_the_web_process_keeps(
    room: Room, program: Program, config: BotConfig, peer: BotApi, clock: FixedClock
) -> None:
    async with _running(program, config, clock):
        await room.deliver(room.person(1, "An").message("/start"))
        await peer.until(lambda: len(peer.sent()) == 1)

    assert peer.of("getUpdates") == []


async def test_whatever_telegram_does_it_goes_on(
    room: Room, program: Program, config: BotConfig, peer: BotApi, clock: FixedClock
) -> None:
    broken = Fault(status=502, body="<html>Bad gateway</html>")
    peer.fail("getMe", broken, Fault(status=500, description="Internal Server Error"))
    peer.fail("getUpdates", broken, Fault(status=409, description="Conflict"))
    peer.deliver(room.person(1, "An").message("/start"))

    async with _running(program, replace(config, mode="polling"), clock):
        await peer.until(lambda: bool(peer.sent()) and bool(peer.of("deleteWebhook")))

    assert len(peer.of("getMe")) == 3


async def test_a_conversation_that_hangs_holds_up_no_other(
    room: Room, program: Program, config: BotConfig, peer: BotApi, clock: FixedClock
) -> None:
    patient = replace(config, request_seconds=60, parallel=2)
    peer.fail("sendMessage", HANG)
    await room.deliver(room.person(1, "An").message("/start"))

    async with _running(program, patient, clock):
        await peer.until(lambda: len(peer.sent()) == 1)
        for number in range(2, 6):
            await room.deliver(room.person(number, f"Lan {number}").message("/start"))
        await peer.until(lambda: len(peer.sent()) == 5)
        peer.release()

    assert len(peer.sent(1)) == 1


async def test_what_was_begun_is_finished_before_it_stops(
    room: Room, program: Program, config: BotConfig, peer: BotApi, clock: FixedClock
) -> None:
    peer.fail("sendMessage", HANG)
    await room.deliver(room.person(1, "An").message("/start"))

    async with _running(program, replace(config, request_seconds=60), clock) as stop:
        await peer.until(lambda: len(peer.sent()) == 1)
        stop.set()
        peer.release()

    ((_, done, parked, attempts, problem),) = await books.updates()
    assert (done, parked, attempts) == (False, False, 1)
    assert problem.startswith("TelegramServerError")
