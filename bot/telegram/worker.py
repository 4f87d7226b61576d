"""The bot's part of the worker: updates in, answers and notices out, until told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from bot.telegram.broadcasting import send_round
from bot.telegram.config import BotConfig
from bot.telegram.delivery import deliver_due
from bot.telegram.greeting import introduce
from bot.telegram.health import Health
from bot.telegram.line import Line, connected
from bot.telegram.polling import poll
from bot.telegram.working import claim, work
from domain.bots import BotNeedsHttps
from domain.clock import Clock
from domain.programs import Program

_log = logging.getLogger("bot.telegram")
_LONGEST_PAUSE: Final = 30.0
_BROADCAST_SECONDS: Final = 1.0
Step = Callable[[], Awaitable[bool]]


async def run(
    program: Program, token: str, *, config: BotConfig, clock: Clock, stop: asyncio.Event
) -> None:
    """Serve the program's chats until `stop` is set; then finish what was begun.

    Whatever else Telegram or the database does, this goes on: a step that fails is tried again
    after a pause that grows to half a minute. Only when Telegram does not know the token, this
    ends by itself; the program's staff then read why.
    """
    health, end = Health(program.id), asyncio.Event()
    async with connected(program, token, config=config, clock=clock) as line:
        async with asyncio.TaskGroup() as group:
            group.create_task(_greet(line, program, health, end))
            group.create_task(_work(line, end))
            group.create_task(_repeat("notices", _deliverer(line), config.idle_seconds, end))
            group.create_task(_repeat("broadcasts", _broadcaster(line), _BROADCAST_SECONDS, end))
            group.create_task(_repeat("health", _watcher(line, health), config.idle_seconds, end))
            listening = group.create_task(_listen(line, health, end))
            await _first_of(stop, line.session.refused)
            end.set()
            # The one step that may be in the middle of waiting for something to happen.
            listening.cancel()
        if line.session.refused.is_set():
            await health.refused()


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def _greet(line: Line, program: Program, health: Health, stop: asyncio.Event) -> None:
    greeted = asyncio.Event()

    async def step() -> bool:
        try:
            await introduce(line.bot, program, line.config)
        except BotNeedsHttps as refusal:
            # Asking again changes nothing: whoever runs this has to.
            await health.failed("introduction", refusal)
        except Exception as error:
            await health.failed("introduction", error)
            raise
        else:
            await health.introduced(line.now())
        greeted.set()
        return True

    await _repeat("introduction", step, line.config.idle_seconds, stop, until=greeted)


async def _listen(line: Line, health: Health, stop: asyncio.Event) -> None:
    if line.config.mode != "polling":
        return
    offset: int | None = None

    async def step() -> bool:
        nonlocal offset
        try:
            offset = await poll(line, offset)
        except Exception as error:
            await health.failed("polling", error)
            raise
        await health.went_well("polling")
        return True

    await _repeat("polling", step, line.config.idle_seconds, stop)


async def _work(line: Line, stop: asyncio.Event) -> None:
    """Work updates as they come; a slow one holds up its own conversation only."""
    begun: set[asyncio.Task[None]] = set()

    async def step() -> bool:
        finished = {task for task in begun if task.done()}
        begun.difference_update(finished)
        for task in finished:
            if error := task.exception():
                _log.error("an update's outcome could not be written", exc_info=error)
        updates = await claim(line, line.config.parallel - len(begun))
        begun.update(asyncio.create_task(work(line, update)) for update in updates)
        if begun:
            await asyncio.wait(
                begun, timeout=line.config.idle_seconds, return_when=asyncio.FIRST_COMPLETED
            )
        return bool(begun)

    await _repeat("updates", step, line.config.idle_seconds, stop)
    if begun:
        await asyncio.wait(begun)


def _deliverer(line: Line) -> Step:
    async def step() -> bool:
        return await deliver_due(line) > 0

    return step


def _watcher(line: Line, health: Health) -> Step:
    async def step() -> bool:
        await health.look(line.session)
        return False

    return step


def _broadcaster(line: Line) -> Step:
    async def step() -> bool:
        # As many as a second bears; the next ones go when it is over.
        await send_round(line)
        return False

    return step


async def _repeat(
    name: str, step: Step, idle: float, stop: asyncio.Event, *, until: asyncio.Event | None = None
) -> None:
    """Take a step again and again; rest when there was nothing to do, longer when it fails."""
    pause = idle
    while not stop.is_set() and not (until and until.is_set()):
        try:
            was_busy = await step()
        except Exception as error:  # noqa: BLE001 - the other steps must go on
            pause = min(pause * 2, _LONGEST_PAUSE)
            _log.warning("%s: %s: %s; again in %g s", name, type(error).__name__, error, pause)
            was_busy = False
        else:
            pause = idle
        if not was_busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
