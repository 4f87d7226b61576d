"""Gates: one customer's many calls wait here, not on connections that others need."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from aiohttp import web

from domain.faults import Busy

# Calls of one customer end up one behind the other at the account's lock anyway: a few at the
# lock keep it busy, and more would only hold connections.
WIDTH: Final = 3
PATIENCE_SECONDS: Final = 5


class Gates:
    """Lets a few calls of each name through at a time, in this process."""

    def __init__(self, width: int = WIDTH) -> None:
        self._width = width
        # Whoever waits or works holds the gate; nobody there, no gate.
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def passing(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn; raises Busy when it does not come within seconds."""
        gate = self._gates.get(name) or asyncio.Semaphore(self._width)
        self._gates[name] = gate
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await gate.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            yield
        finally:
            gate.release()


GATES = web.AppKey("GATES", Gates)
