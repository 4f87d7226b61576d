"""The limit: PostgreSQL's own load generator calling the product's own function for a credit."""

import asyncio
import os
import re
import shutil
from pathlib import Path

from app.embedded.programs import environment, find_postgres
from bench.scene import Scene
from domain.db import APP_ROLE

_SCRIPT = Path(__file__).with_name("credit.pgbench")
GET_IT = "No pgbench was found: sudo apt-get install postgresql-contrib, or set POSTGRES_BIN."


class PgbenchError(Exception):
    """The load generator is missing or failed; the message is one sentence."""


def find_pgbench() -> Path:
    """Return the program that comes with the server in use, or the system's."""
    beside = find_postgres() / "pgbench"
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True)
    on_path = shutil.which("pgbench")
    for program in (beside, *system, *([Path(on_path)] if on_path else [])):
        if program.exists() and os.access(program, os.X_OK):
            return program
    raise PgbenchError(GET_IT)


async def pgbench(scene: Scene, seconds: float, *, accounts: int) -> float:
    """Return how many credits a second all clients together post to so many accounts."""
    argv = [str(find_pgbench()), "-n", "-M", "prepared", "-j", "1", "-c", str(scene.clients)]
    # It counts whole seconds only.
    argv += ["-T", str(max(1, round(seconds))), "-f", str(_SCRIPT)]
    argv += ["-D", f"accounts={accounts}", "-D", f"rule={scene.rule.id}", scene.dsn]
    process = await asyncio.create_subprocess_exec(
        *argv,
        env=environment() | {"PGOPTIONS": f"-c role={APP_ROLE}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = (part.decode(errors="replace") for part in await process.communicate())
    found = re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)
    failed = re.search(r"number of failed transactions: ([1-9]\d*)", output)
    if process.returncode or not found or failed:
        raise PgbenchError(f"pgbench failed: {' '.join((errors or output).split())[-500:]}")
    return float(found.group(1))
