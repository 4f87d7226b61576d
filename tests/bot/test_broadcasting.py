import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.telegram.broadcasting import send_round
from bot.telegram.line import Line
from domain import db
from domain.access import staff
from domain.notices import broadcasts, recipients
from domain.notices.broadcasts import Broadcast
from domain.notices.preferences import mute
from domain.notices.recipients import LEASE, Progress
from domain.notices.wording import Words
from domain.programs import Program
from tests.bot.people import Room
from tests.clock import MONDAY_NOON as NOON
from tests.clock import FixedClock
from tests.crowd import a_crowd
from tests.factories import a_member
from tests.peers.bot_api import BLOCKED, HANG, NO_CHAT, BotApi, Call, Fault, too_many

SECOND = timedelta(seconds=1)
Begin = Callable[..., Awaitable[Broadcast]]


@pytest.fixture
def begin(program: Program, room: Room) -> Begin:
    """Plan and confirm a broadcast as the staff would."""

    async def begun(**how: str | None) -> Broadcast:
        values = {"screen": "news", "locale": None, **how}
        login = f"manager-{await _count('staff')}"
        by = await staff.create_staff(
            program, login=login, name="Lan Anh", role="manager", now=NOON
        )
        texts = {
            "vi": Words("Chào {name}!", "{program} có món mới: 1 < 2 & 3."),
            "en": Words("Hello {name}!", "{program} has something new."),
        }
        plan = await broadcasts.plan(program, texts, **values, by=by, now=NOON)
        return await broadcasts.confirm(program, plan.id, by=by, now=NOON)

    return begun


async def _count(table: str) -> int:
    async with db.reading() as connection:
        return int(await connection.fetchval(f"select count(*) from {table}"))


async def _sent_to_the_end(line: Line, clock: FixedClock, rounds: int = 40) -> None:
    for _ in range(rounds):
        await send_round(line)
        clock.advance(SECOND)


async def test_each_member_reads_it_in_their_language_with_a_button_and_a_way_to_mute_it(
    room: Room, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_member(program, name="<b>Lan</b>", locale="vi")
    await a_member(program, name="Ann", locale="en")
    begun = await begin()

    await _sent_to_the_end(room.line, clock, 3)

    assert sorted(call.text for call in room.peer.sent()) == [
        "Chào <b>Lan</b>!\n\nMộc Coffee có món mới: 1 < 2 & 3.",
        "Hello Ann!\n\nMộc Coffee has something new.",
    ]
    assert all(len(call.buttons) == 2 for call in room.peer.sent())
    assert room.peer.sent()[0].buttons[0]["web_app"]["url"].endswith("/p/coffee/app/news")
    assert (await broadcasts.broadcast(program, begun.id)).status == "finished"
    assert await recipients.progress(begun) == _progress(sent=2)


async def test_who_mutes_it_below_the_message_gets_the_next_one_no_more(
    room: Room, program: Program, begin: Begin, clock: FixedClock
) -> None:
    an = room.person(1, "An")
    await an.says("/start")
    await an.taps("✅")
    await begin()
    await _sent_to_the_end(room.line, clock, 2)

    await an.taps("Tắt loại tin này")
    second = await begin()

    assert second.recipients == 0


async def test_who_mutes_it_after_it_was_laid_down_is_left_out(
    room: Room, program: Program, begin: Begin, clock: FixedClock
) -> None:
    lan = await a_member(program, name="Lan")
    begun = await begin()
    await mute(lan.customer_id, "broadcast", True)

    await _sent_to_the_end(room.line, clock, 2)

    assert room.peer.sent() == []
    assert await recipients.progress(begun) == _progress(muted=1)


async def test_in_the_quiet_hours_nobody_is_sent_a_broadcast(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_crowd(opened, program, 3)
    await begin()
    clock.set(NOON + timedelta(hours=9))
    await _sent_to_the_end(room.line, clock, 2)
    assert room.peer.sent() == []

    clock.set(NOON + timedelta(hours=20))
    await _sent_to_the_end(room.line, clock, 2)

    assert len(room.peer.sent()) == 3


async def test_two_broadcasts_reach_nobody_twice_on_one_day(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_crowd(opened, program, 5)
    first, second = await begin(), await begin()
    await _sent_to_the_end(room.line, clock, 5)
    assert len(room.peer.sent()) == 5
    assert await recipients.progress(first) == _progress(sent=5)

    clock.set(NOON + timedelta(hours=20))
    await _sent_to_the_end(room.line, clock, 5)

    assert len(room.peer.sent()) == 10
    assert await recipients.progress(second) == _progress(sent=5)


@pytest.mark.parametrize("fault", [BLOCKED, NO_CHAT], ids=["blocked", "never started"])
async def test_who_cannot_be_reached_counts_as_such(
    room: Room, program: Program, begin: Begin, clock: FixedClock, fault: Fault
) -> None:
    await a_member(program)
    begun = await begin()
    room.peer.fail("sendMessage", fault)

    await _sent_to_the_end(room.line, clock, 3)

    assert len(room.peer.sent()) == 1
    assert await recipients.progress(begun) == _progress(unreachable=1)


@pytest.mark.parametrize(
    "fault", [Fault(), Fault(status=502, body="<html>"), HANG], ids=["500", "no JSON", "no answer"]
)
async def test_an_outcome_that_nobody_knows_is_not_tried_again(
    room: Room, program: Program, begin: Begin, clock: FixedClock, fault: Fault
) -> None:
    await a_member(program)
    begun = await begin()
    room.peer.fail("sendMessage", fault)

    await _sent_to_the_end(room.line, clock, 5)

    assert len(room.peer.sent()) == 1
    assert await recipients.progress(begun) == _progress(unknown=1)


async def test_an_outage_costs_one_round_at_most_and_then_telegram_is_asked_first(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_crowd(opened, program, 60)
    begun = await begin()
    room.peer.whim = lambda _: Fault(status=502, body="<html>Bad gateway</html>")
    await _sent_to_the_end(room.line, clock, 90)
    assert len(room.peer.sent()) == room.line.config.broadcasts_per_second

    room.peer.whim = lambda _: None
    await _sent_to_the_end(room.line, clock, 60)

    assert await recipients.progress(begun) == _progress(sent=40, unknown=20)


async def test_where_nobody_listens_nothing_is_lost(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_crowd(opened, program, 30)
    begun = await begin()
    room.peer.whim = lambda _: Fault(status=401, description="Unauthorized")

    await send_round(room.line)

    assert await recipients.progress(begun) == _progress(waiting=30)


async def test_paused_means_that_nobody_else_is_sent_it(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_crowd(opened, program, 30)
    begun = await begin()
    await send_round(room.line)
    by = await staff.create_staff(program, login="boss", name="Boss", role="owner", now=NOON)

    await broadcasts.pause(program, begun.id, by=by, now=NOON)
    await _sent_to_the_end(room.line, clock, 5)
    assert len(room.peer.sent()) == 20

    await broadcasts.resume(program, begun.id, by=by, now=NOON)
    await _sent_to_the_end(room.line, clock, 5)
    assert await recipients.progress(begun) == _progress(sent=30)


@dataclass
class Weather:
    """A Telegram that refuses at random, and notes when it was called and what it gave."""

    clock: FixedClock
    chance: Random = field(default_factory=lambda: Random(25))
    delivered: Counter[int] = field(default_factory=Counter)
    blocked: Counter[int] = field(default_factory=Counter)
    calls: Counter[datetime] = field(default_factory=Counter)
    asked_at: datetime = NOON
    silent_until: datetime = NOON
    pauses: int = 0
    in_pauses: int = 0

    def __call__(self, call: Call) -> Fault | None:
        if call.method != "sendMessage":
            return None
        now, dice = self.clock.now(), self.chance.random()
        # Calls of the round in which the pause was asked for are under way already.
        self.in_pauses += self.asked_at < now < self.silent_until
        self.calls[now] += 1
        if dice < 0.01:
            self.asked_at, pause = now, self.chance.randint(1, 8)
            self.silent_until = max(self.silent_until, now + pause * SECOND)
            self.pauses += 1
            return too_many(pause)
        if dice < 0.04:
            self.blocked[call.chat] += 1
            return BLOCKED
        self.delivered[call.chat] += 1
        return None

    def forgive(self) -> None:
        """Ask for no pause of which nobody heard: who was just told of it is dead."""
        if self.asked_at == self.clock.now():
            self.silent_until = self.asked_at


@pytest.mark.timeout(900)
@pytest.mark.unhurried
async def test_ten_thousand_get_it_once_each_through_429_403_and_kills(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock, peer: BotApi
) -> None:
    chats = await a_crowd(opened, program, 10_000)
    begun = await begin()
    peer.whim = weather = Weather(clock)
    kills = Random(5)
    killed = 0
    while (await broadcasts.broadcast(program, begun.id)).status == "sending":
        for _ in range(25):
            sending = asyncio.create_task(send_round(room.line))
            if kills.random() < 0.03:
                killed += await _killed_halfway(sending, peer, kills.randint(1, 15))
                weather.forgive()
            else:
                await sending
            clock.advance(SECOND)

    progress = await recipients.progress(begun)
    reached = weather.delivered + weather.blocked
    assert max(reached.values()) == 1, "somebody was sent it twice"
    assert reached.keys() <= set(chats)
    assert weather.in_pauses == 0
    assert progress.total == progress.settled == 10_000
    # Of those whose sender was killed, nobody knows; all others are exactly what they got.
    assert progress.sent <= len(weather.delivered) <= progress.sent + progress.unknown
    assert progress.unreachable <= len(weather.blocked) <= progress.unreachable + progress.unknown
    assert progress.unknown <= killed * room.line.config.broadcasts_per_second
    assert max(weather.calls.values()) <= room.line.config.broadcasts_per_second
    assert killed > 5
    assert weather.pauses > 30


async def _killed_halfway(sending: asyncio.Task[int], peer: BotApi, calls: int) -> bool:
    """Break a round off after so many calls arrived; tell whether it was not over before."""
    before = len(peer.calls)
    arrived = asyncio.create_task(peer.until(lambda: len(peer.calls) >= before + calls))
    await asyncio.wait({sending, arrived}, return_when=asyncio.FIRST_COMPLETED)
    arrived.cancel()
    was_under_way = sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    return was_under_way


def _progress(**counts: int) -> Progress:
    states = ("waiting", "sending", "sent", "unreachable", "refused", "muted", "unknown")
    return Progress(**{state: counts.get(state, 0) for state in states})


async def test_a_killed_sender_leaves_a_lease_after_which_the_rest_goes_on(
    room: Room, opened: str, program: Program, begin: Begin, clock: FixedClock
) -> None:
    await a_crowd(opened, program, 30)
    begun = await begin()
    room.peer.whim = lambda call: HANG if call.method == "sendMessage" else None
    sending = asyncio.create_task(send_round(room.line))
    await room.peer.until(lambda: len(room.peer.sent()) >= 20)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    room.peer.whim = lambda _: None

    clock.advance(SECOND)
    await _sent_to_the_end(room.line, clock, 3)
    assert await recipients.progress(begun) == _progress(sent=10, sending=20)
    clock.advance(LEASE)
    await _sent_to_the_end(room.line, clock, 2)

    assert await recipients.progress(begun) == _progress(sent=10, unknown=20)
    assert (await broadcasts.broadcast(program, begun.id)).status == "finished"
    assert len(room.peer.sent()) == 30
