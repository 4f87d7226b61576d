"""The award endpoint: a session, JSON, and a durable post, over HTTP."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import orjson

from app.embedded.redis import embedded_redis
from app.ports import until_open
from app.processes import spawn, stop
from bench.scene import HOST, SECRET, Scene

_CONNECTIONS = 32
_PATIENCE = 30.0
_CREATED = "201"


class EndpointError(Exception):
    """The web processes did not answer as they should; the message is one sentence."""


class Endpoint:
    """Some web processes behind one port."""

    def __init__(self, scene: Scene, port: int, log: str) -> None:
        self._scene = scene
        self._port = port
        self._log = log
        self._expected = 1000.0

    async def claiming(self, seconds: float) -> float:
        """Return how many daily logins a second are paid; each member claims once."""
        enough = _CONNECTIONS + round(self._expected * seconds * 1.5)
        members = await self._scene.enrol(enough)
        arguments = [self._port, members[0], members[-1], _CONNECTIONS, seconds]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.load", *map(str, arguments), stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise EndpointError("The load generator failed; what it says stands above.")
        found = orjson.loads(output)
        statuses, elapsed = found["statuses"], float(found["seconds"])
        if set(statuses) != {_CREATED}:
            raise EndpointError(f"The award endpoint answered {statuses}: {_last(self._log)}")
        self._expected = int(statuses[_CREATED]) / elapsed
        return self._expected


@asynccontextmanager
async def endpoint(scene: Scene, processes: int) -> AsyncIterator[Endpoint]:
    """Serve as `loyalty run` does, with so many web processes on a free port."""
    port = _free_port()
    async with AsyncExitStack() as stack:
        log = stack.enter_context((scene.directory / f"web-{port}.log").open("wb"))
        for _ in range(processes):
            web = spawn(
                [sys.executable, "-m", "app.cli", "web"],
                dies_by=signal.SIGTERM,
                output=log,
                env=_environment(scene, port),
            )
            stack.push_async_callback(stop, web, by=signal.SIGTERM, patience=_PATIENCE)
        try:
            await asyncio.wait_for(until_open(HOST, port), _PATIENCE)
        except TimeoutError:
            raise EndpointError(f"No web process opened its port: {_last(log.name)}") from None
        yield Endpoint(scene, port, log.name)


@asynccontextmanager
async def key_store(scene: Scene) -> AsyncIterator[None]:
    """Run the Redis that web processes expect."""
    async with embedded_redis(scene.directory) as url:
        scene.redis_url = url
        yield


def _environment(scene: Scene, port: int) -> dict[str, str]:
    # Whatever the caller's environment says of a deployment, it is not this one.
    kept = {name: value for name in ("PATH", "HOME") if (value := os.environ.get(name))}
    return kept | {
        "HOST": HOST,
        "PORT": str(port),
        "DATA_DIR": str(scene.directory),
        "DATABASE_URL": scene.dsn,
        "REDIS_URL": scene.redis_url,
        "SECRET_KEY": SECRET,
    }


def _last(log: str) -> str:
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-1] if lines else "it said nothing."


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
