"""Which bot each program has, as one process of the web sees it: at most two seconds late."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from domain.bots import Bot, all_bots
from domain.programs import Program

_FRESH_SECONDS: Final = 2.0
# The application, or what a request of one mounted inside it sees of both.
App = web.Application | Mapping[str | web.AppKey[Any], Any]


class KnownBots:
    """All programs' bots, read again when what was read is no longer fresh."""

    def __init__(self) -> None:
        self._bots: dict[str, Bot] = {}
        self._read_at = float("-inf")
        self._turn = asyncio.Lock()

    async def by_slug(self) -> Mapping[str, Bot]:
        """Return the bots by their programs' slugs; many who ask at once cause one reading."""
        if self._is_stale():
            async with self._turn:
                if self._is_stale():
                    asked_at = time.monotonic()
                    self._bots = {bot.slug: bot for bot in await all_bots()}
                    self._read_at = asked_at
        return self._bots

    def forget(self) -> None:
        """Read again when somebody asks next."""
        self._read_at = float("-inf")

    def _is_stale(self) -> bool:
        return time.monotonic() - self._read_at > _FRESH_SECONDS


BOTS = web.AppKey("BOTS", KnownBots)


def setup(app: web.Application) -> None:
    """Let an application know the programs' bots."""
    app[BOTS] = KnownBots()


async def bot_for(app: App, program: Program) -> Bot | None:
    """Return the program's bot; None if it has none."""
    return await bot_at(app, program.slug)


async def bot_at(app: App, slug: str) -> Bot | None:
    """Return the bot of the program with that slug; None if there is no such program or bot."""
    return (await app[BOTS].by_slug()).get(slug)


def forget_bots(app: App) -> None:
    """Look again at once: staff have just changed a bot in this very process."""
    app[BOTS].forget()
