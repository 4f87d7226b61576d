"""Redis started for this process and stopped with it."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as NoConnectionError

from app.embedded.claims import EmbeddedServerError, claimed, wait_until_deserted
from app.embedded.programs import environment, find_redis
from app.embedded.sockets import socket_directory
from app.processes import spawn, stop


def address(data_dir: Path) -> str:
    """Return the address of the embedded Redis of this DATA_DIR, running or not."""
    return f"unix://{socket_directory(data_dir)}/redis.sock?db=0"


@asynccontextmanager
async def embedded_redis(data_dir: Path, *, patience: float = 30) -> AsyncIterator[str]:
    """Run a server on DATA_DIR and yield its address; the data stays there afterwards."""
    data_dir = data_dir.resolve()
    async with claimed(data_dir / "redis.lock", patience):
        home = data_dir / "redis"
        home.mkdir(mode=0o700, exist_ok=True)
        await wait_until_deserted(home)
        server = _start(home, socket_directory(data_dir) / "redis.sock")
        try:
            await _until_ready(server, address(data_dir), home)
            yield address(data_dir)
        finally:
            await stop(server, by=signal.SIGTERM, patience=30)


async def answers(url: str) -> bool:
    """Tell whether a server takes commands at the address."""
    client = Redis.from_url(url)
    try:
        return bool(await client.ping())
    except (NoConnectionError, BusyLoadingError):
        return False
    finally:
        await client.aclose()


def _start(home: Path, socket: Path) -> subprocess.Popen[bytes]:
    # No port: the wheel's server is an old one, and nobody else needs to reach it.
    argv = [str(find_redis()), "--port", "0", "--unixsocket", str(socket)]
    argv += ["--unixsocketperm", "700", "--dir", str(home), "--save", "", "--appendonly", "yes"]
    with home.with_name("redis.log").open("wb") as output:
        return spawn(argv, dies_by=signal.SIGTERM, output=output, env=environment())


async def _until_ready(server: subprocess.Popen[bytes], url: str, home: Path) -> None:
    while server.poll() is None:
        if await answers(url):
            return
        await asyncio.sleep(0.02)
    lines = home.with_name("redis.log").read_text(errors="replace").splitlines()
    raise EmbeddedServerError(f"Redis did not start: {' '.join(lines[-1:])}")
