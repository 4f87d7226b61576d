"""Seeing from outside which processes live."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def alive_with(mark: str) -> list[int]:
    """The processes other than us whose command or environment names the mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            if mark.encode() in said and int(process.name) != os.getpid():
                found.append(int(process.name))
    return found


async def until(condition: Callable[[], object], *, patience: float = 30) -> None:
    """Wait for what another process is about to do."""
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.02)
