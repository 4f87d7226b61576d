"""The bot's part of the worker: updates in, answers and notices out, until told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from bot.telegram.config import BotConfig
from bot.telegram.delivery import deliver_due
from bot.telegram.greeting import introduce
from bot.telegram.intake import CHANNEL
from bot.telegram.line import Line, connected
from bot.telegram.polling import poll
from bot.telegram.working import claim, work
from domain import inbox
from domain.clock import Clock
from domain.programs import Program

_log = logging.getLogger("bot.telegram")
_LONGEST_PAUSE: Final = 30.0
_TIDY_SECONDS: Final = 3600.0
Step = Callable[[], Awaitable[bool]]


async def run(
    program: Program, token: str, *, config: BotConfig, clock: Clock, stop: asyncio.Event
) -> None:
    """Serve the program's chats until `stop` is set; then finish what was begun.

    Whatever Telegram or the database does, this goes on: a step that fails is tried again
    after a pause that grows to half a minute.
    """
    async with (
        connected(program, token, config=config, clock=clock) as line,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(_greet(line, program, stop))
        group.create_task(_work(line, stop))
        group.create_task(_repeat("notices", _deliverer(line), config.idle_seconds, stop))
        group.create_task(_repeat("tidying", _tidier(line), _TIDY_SECONDS, stop))
        listening = group.create_task(_listen(line, stop))
        await stop.wait()
        # The one step that may be in the middle of waiting for something to happen.
        listening.cancel()


async def _greet(line: Line, program: Program, stop: asyncio.Event) -> None:
    greeted = asyncio.Event()

    async def step() -> bool:
        await introduce(line.bot, program, line.config)
        greeted.set()
        return True

    await _repeat("introduction", step, line.config.idle_seconds, stop, until=greeted)


async def _listen(line: Line, stop: asyncio.Event) -> None:
    if line.config.mode != "polling":
        return
    offset: int | None = None

    async def step() -> bool:
        nonlocal offset
        offset = await poll(line, offset)
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


def _tidier(line: Line) -> Step:
    async def step() -> bool:
        await inbox.forget(line.program_id, CHANNEL, now=line.now())
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
