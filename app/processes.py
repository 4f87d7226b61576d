"""Child processes that never outlive this one."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a forked child must not wait for the loader's lock.
_LIBC = ctypes.CDLL(None)


def spawn(
    argv: Sequence[str],
    *,
    dies_by: signal.Signals,
    output: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that the kernel sends `dies_by` when the calling thread ends.

    Call it from the main thread. The child gets a session of its own, so that Ctrl-C reaches
    only us and we decide in which order things stop.
    """
    parent = os.getpid()

    def tether() -> None:
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(dies_by))
        if os.getppid() != parent:
            os._exit(1)  # we died between the fork and the line above

    return subprocess.Popen(  # noqa: S603 - the callers name the program, never a user
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=env,
        start_new_session=True,
        preexec_fn=tether,  # noqa: PLW1509 - it calls nothing that takes a lock
    )


async def ended(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a process and return its exit code."""
    while process.poll() is None:
        await asyncio.sleep(0.02)
    return process.returncode


async def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, patience: float) -> int:
    """Ask a process to end; kill it when the patience in seconds is over."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        return await asyncio.wait_for(ended(process), patience)
    except TimeoutError:
        process.kill()
        return process.wait()
