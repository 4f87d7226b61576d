"""Who may use a data directory, and what an earlier owner left running in it."""

import asyncio
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

_SERVERS = ("postgres", "redis", "valkey")
_FAREWELL = 15.0  # seconds, before we ask less politely


class EmbeddedServerError(Exception):
    """The embedded server cannot be used; the message is one sentence for the operator."""


class InUseError(EmbeddedServerError):
    """Another process owns the data directory."""


@contextmanager
def claim(path: Path) -> Iterator[bool]:
    """Try to own what `path` stands for; the kernel gives it back however we end."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@asynccontextmanager
async def claimed(path: Path, patience: float) -> AsyncIterator[None]:
    """Own what `path` stands for, waiting for its owner as long as the patience, in seconds."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + patience
    while True:
        with claim(path) as ours:
            if ours:
                yield
                return
        if clock() >= deadline:
            raise InUseError(
                f"Another process is using {path.parent}; stop it, or set another DATA_DIR."
            )
        await asyncio.sleep(0.1)


async def wait_until_deserted(home: Path) -> None:
    """Return once no server process works in `home`; the caller owns the claim.

    A server whose owner was killed is still on its way down, and a second one on the same
    files, or one whose socket the first removes as it leaves, would be broken.
    """
    if await _deserted(home):
        return
    for farewell in (signal.SIGTERM, signal.SIGQUIT):
        for pid in _at_work_in(home):
            with suppress(ProcessLookupError):
                os.kill(pid, farewell)
        if await _deserted(home):
            return
    raise EmbeddedServerError(f"A process that will not end is still using {home}.")


async def _deserted(home: Path) -> bool:
    for _ in range(int(_FAREWELL / 0.05)):
        if not _at_work_in(home):
            return True
        await asyncio.sleep(0.05)
    return False


def _at_work_in(home: Path) -> list[int]:
    """Both servers make their data directory their working directory, all their children too."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            program = (process / "exe").readlink().name
            if (process / "cwd").readlink() == home and program.startswith(_SERVERS):
                found.append(int(process.name))
    return found
