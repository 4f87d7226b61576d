"""`loyalty run`: everything on one machine, from an empty directory to working links."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import click

from app.backing import reach_database, reach_redis
from app.embedded.claims import claimed
from app.embedded.postgres import embedded_postgres
from app.embedded.redis import embedded_redis
from app.ports import ensure_free, until_open
from app.processes import ended, spawn, stop
from app.settings import Settings
from domain.migrate import migrate

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# A child that lived this long, in seconds, had got over whatever ended the one before it.
_SETTLED = 60.0


async def run(settings: Settings) -> None:
    """Serve until cancelled: servers, schema, demo, web and worker; then stop them in turn."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(claimed(settings.data_dir / "run.lock", patience=0))
        ensure_free(settings.host, settings.port)
        servers = await stack.enter_async_context(_servers(settings))
        dsn = servers["DATABASE_URL"]
        await migrate(dsn, report=lambda name: click.echo(f"Migrating: {name}"))
        links = await _demo(settings, dsn)
        counts = stack.enter_context(_counting())
        environment = os.environ | _for_children(settings) | servers | counts
        async with asyncio.TaskGroup() as children:
            for name in ["worker"] + ["web"] * settings.web_processes:
                children.create_task(keep_running(name, environment))
            await until_open(settings.host, settings.port)
            _announce(settings, links)


async def serve_together(settings: Settings, dsn: str, redis_url: str) -> None:
    """Serve by several web processes on one port until cancelled."""
    ensure_free(settings.host, settings.port)
    servers = {"DATABASE_URL": dsn, "REDIS_URL": redis_url}
    with _counting() as counts:
        environment = os.environ | _for_children(settings) | servers | counts
        async with asyncio.TaskGroup() as children:
            for _ in range(settings.web_processes):
                children.create_task(keep_running("web", environment))


async def keep_running(command: str, environment: Mapping[str, str]) -> None:
    """Run a command of ours until cancelled, again whenever it ends by itself."""
    clock = asyncio.get_running_loop().time
    pause = _FIRST_PAUSE / 2
    while True:
        began = clock()
        process = spawn(
            [sys.executable, "-m", "app.cli", command], dies_by=signal.SIGTERM, env=environment
        )
        try:
            code = await ended(process)
        finally:
            await stop(process, by=signal.SIGTERM, patience=30)
        pause = _FIRST_PAUSE if clock() - began > _SETTLED else min(pause * 2, _LONGEST_PAUSE)
        click.echo(f"{command} ended with code {code}; it starts again in {pause:g} s.", err=True)
        await asyncio.sleep(pause)


@asynccontextmanager
async def _servers(settings: Settings) -> AsyncIterator[dict[str, str]]:
    """Yield the addresses of both servers, the embedded one of each that is not configured."""
    async with AsyncExitStack() as stack:
        if settings.database_url:
            database = await reach_database(settings.database_url)
        else:
            database = await stack.enter_async_context(embedded_postgres(settings.data_dir))
        if settings.redis_url:
            redis = await reach_redis(settings.redis_url)
        else:
            redis = await stack.enter_async_context(embedded_redis(settings.data_dir))
        yield {"DATABASE_URL": database, "REDIS_URL": redis}


def _for_children(settings: Settings) -> dict[str, str]:
    return {
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.signing_key(),
        # Each of them is one process.
        "WEB_PROCESSES": "1",
    }


@contextmanager
def _counting() -> Iterator[dict[str, str]]:
    """Yield where processes that serve together keep their counts, so that one answer has all."""
    with tempfile.TemporaryDirectory(prefix="loyalty-metrics-") as directory:
        yield {"PROMETHEUS_MULTIPROC_DIR": directory}


async def _demo(settings: Settings, dsn: str) -> list[tuple[str, str]]:
    if not settings.wants_demo:
        return []
    from app.demo import ensure_demo

    return await ensure_demo(dsn, settings.address)


def _announce(settings: Settings, links: list[tuple[str, str]]) -> None:
    places = [("Admin", f"{settings.address}/admin"), *links]
    width = max(len(name) for name, _ in places)
    click.echo("\nChat Loyalty is running. Ctrl-C stops it.\n")
    for name, place in places:
        click.echo(f"  {name:<{width}}  {place}")
