"""What survives when processes are killed at random moments, and when they are told to stop."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from domain import db
from domain.access import staff
from domain.clock import SystemClock
from domain.customers.enrolment import Identity
from domain.notices import broadcasts, recipients
from domain.notices.broadcasts import Broadcast
from domain.notices.wording import Words
from domain.programs import Program
from tests.app.life import until
from tests.app.serving import Serving, Telegram, Update, daytime, serving
from tests.bot import books
from tests.crowd import FIRST_CHAT, a_crowd
from tests.factories import a_member, a_program
from tests.peers import bot_api
from tests.peers.bot_api import BotApi

PEOPLE = 250
CROWD = 100
_ids = count(1)


@pytest.fixture
async def peer() -> AsyncIterator[BotApi]:
    async with bot_api.running() as server:
        yield server


@pytest.fixture
async def program(opened: str) -> Program:
    caps = {"referral_daily_cap": 100_000, "referral_weekly_cap": 100_000}
    now = SystemClock().now() - timedelta(hours=1)
    return await a_program(slug="coffee", name="Mộc Coffee", zone=daytime(), now=now, **caps)


@pytest.fixture
async def running(
    program: Program, opened: str, redis_url: str, peer: BotApi, tmp_path: Path
) -> AsyncIterator[Serving]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    async with serving(opened, redis_url, peer.url, tmp_path, port) as made:
        yield made


@pytest.fixture
async def telegram(running: Serving) -> AsyncIterator[Telegram]:
    patience = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(timeout=patience) as client:
        yield Telegram(running.port, client)


def _life(person: int, code: str) -> list[Update]:
    """Come by an invite, join, check in, look."""
    chat = {"id": person, "type": "private"}
    user = {"id": person, "is_bot": False, "first_name": f"Khách {person}", "language_code": "vi"}
    said: dict[str, Any] = {"message_id": 1, "date": 1_790_000_000, "chat": chat}

    def message(text: str) -> Update:
        return {"update_id": next(_ids), "message": {**said, "from": user, "text": text}}

    def press(data: str) -> Update:
        number = next(_ids)
        query = {"id": f"q{number}", "from": user, "chat_instance": "1", "data": data}
        return {"update_id": number, "callback_query": {**query, "message": {**said, "text": "…"}}}

    return [
        message(f"/start r_{code}"),
        press("accept:1"),
        press("go:check_in"),
        message("/points"),
    ]


async def _begun(program: Program) -> Broadcast:
    now = SystemClock().now()
    by = await staff.create_staff(program, login="lan", name="Lan", role="owner", now=now)
    words = {"vi": Words("Chào {name}!", "Tin của quán.")}
    plan = await broadcasts.plan(program, words, screen=None, locale=None, by=by, now=now)
    return await broadcasts.confirm(program, plan.id, by=by, now=now)


async def _one(query: str) -> int:
    async with db.reading() as connection:
        return int(await connection.fetchval(query))


def _watched(query: str) -> tuple[Callable[[], int], asyncio.Task[None]]:
    """Follow a count in the database from outside."""
    seen = [0]

    async def watch() -> None:
        while True:
            seen[0] = await _one(query)
            await asyncio.sleep(0.1)

    return (lambda: seen[0]), asyncio.create_task(watch())


_DONE = "select count(*) from received_update where done_at is not null"


@pytest.mark.timeout(900)
async def test_no_kill_loses_an_acknowledged_update_or_doubles_an_effect(
    program: Program, opened: str, running: Serving, telegram: Telegram, peer: BotApi
) -> None:
    start = SystemClock().now()
    lead = await a_member(program, name="Lead", identity=Identity("telegram", "900"), now=start)
    await a_crowd(opened, program, CROWD)
    sending = await _begun(program)
    lives = [_life(1_000 + n, lead.invite_code) for n in range(PEOPLE)]
    chance, total = Random(9), PEOPLE * 4
    done, watching = _watched(_DONE)
    turn = asyncio.Semaphore(20)

    async def carry(life: list[Update]) -> None:
        async with turn:
            await telegram.carry(life)

    kills = [
        running.kill_again_and_again(
            "web",
            [chance.randrange(20, 2 * total - 50) for _ in range(4)],
            lambda: telegram.deliveries,
        ),
        running.kill_again_and_again(
            "worker", [chance.randrange(5, total - 20) for _ in range(4)], done
        ),
    ]
    await asyncio.gather(*[carry(life) for life in lives], *kills)
    await until(lambda: done() == total, patience=300)
    await _ended(program, sending)
    watching.cancel()

    assert running.kills == {"web": 4, "worker": 4}
    assert telegram.deliveries == 2 * total
    assert telegram.acknowledged == {update["update_id"] for life in lives for update in life}
    assert [await running.stop(command) for command in ("web", "worker")] == [0, 0]
    await _every_effect_came_once(total)
    await _everybody_was_sent_it_once(peer, sending)


async def _every_effect_came_once(total: int) -> None:
    assert await _one("select count(*) from received_update") == total
    assert await _one("select count(*) from received_update where parked_at is not null") == 0
    balances = await books.balances()
    lead = balances.pop("Lead")
    crowd = {name for name in balances if int(name.split()[1]) < 1_000}
    assert {balances.pop(name) for name in crowd} == {0}
    assert Counter(balances.values()) == {50 + 50 + 10: PEOPLE}
    assert lead == 50 + PEOPLE * (20 + 100)
    assert Counter(await books.referrals()).total() == PEOPLE
    assert {status for *_, status in await books.referrals()} == {"complete"}
    assert await _one("select count(*) from notice where kind = 'referral_completed'") == PEOPLE


async def _ended(program: Program, sending: Broadcast) -> None:
    async with asyncio.timeout(120):
        while (await broadcasts.broadcast(program, sending.id)).status == "sending":
            await asyncio.sleep(0.1)


async def _everybody_was_sent_it_once(peer: BotApi, sending: Broadcast) -> None:
    sent = Counter(call.chat for call in peer.sent() if "Tin của quán" in call.text)
    progress = await recipients.progress(sending)
    assert max(sent.values()) == 1
    assert progress.total == progress.settled == CROWD + 1
    assert progress.sent <= len(sent) <= progress.sent + progress.unknown
    assert all(chat >= FIRST_CHAT or chat == 900 for chat in sent)


@pytest.mark.timeout(300)
async def test_told_to_stop_both_finish_what_they_began_and_lose_nothing(
    program: Program, running: Serving, telegram: Telegram
) -> None:
    start = SystemClock().now()
    lead = await a_member(program, name="Lead", identity=Identity("telegram", "900"), now=start)
    lives = [_life(2_000 + n, lead.invite_code) for n in range(40)]
    total = 160
    done, watching = _watched(_DONE)
    delivering = asyncio.gather(*[telegram.carry(life) for life in lives])
    await until(lambda: done() >= 20, patience=120)

    assert await running.stop("worker") == 0
    # Nobody's update waits for a lease to run out: whoever starts next takes it at once.
    assert await _one("select count(*) from received_update where attempts > 0") == await _one(
        _DONE
    )
    assert await running.stop("web") == 0
    for command in ("web", "worker"):
        running.start(command)
    await delivering
    await until(lambda: done() == total, patience=120)
    watching.cancel()

    assert (await books.balances())["Lead"] == 50 + 40 * (20 + 100)
