"""The limit: PostgreSQL's own load generator calling the product's own function for a credit."""

import asyncio
import os
import re
import shutil
from itertools import pairwise
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
    """Return how many credits a second all clients together post to so many accounts.

    Its first second counts only where there is no other: the sessions are new and have to learn
    the function, which everybody else's know by then.
    """
    whole = max(1, round(seconds))
    argv = [str(find_pgbench()), "-n", "-M", "prepared", "-j", "1", "-c", str(scene.clients)]
    argv += ["-P", "1", "-T", str(whole if seconds < 1 else whole + 1), "-f", str(_SCRIPT)]
    argv += ["-D", f"accounts={accounts}", "-D", f"rule={scene.rule.id}", scene.dsn]
    process = await asyncio.create_subprocess_exec(
        *argv,
        env=environment() | {"PGOPTIONS": f"-c role={APP_ROLE}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = (part.decode(errors="replace") for part in await process.communicate())
    overall = re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)
    failed = re.search(r"number of failed transactions: ([1-9]\d*)", output)
    if process.returncode or not overall or failed:
        raise PgbenchError(f"pgbench failed: {' '.join((errors or output).split())[-500:]}")
    return _after_first(errors) or float(overall.group(1))


def _after_first(progress: str) -> float | None:
    """Return the rate since the first report of progress; None if no other came."""
    reports = [
        (float(at), float(rate))
        for at, rate in re.findall(r"^progress: ([\d.]+) s, ([\d.]+) tps", progress, re.MULTILINE)
    ]
    spans = [(at - before, rate) for (before, _), (at, rate) in pairwise(reports)]
    elapsed = sum(span for span, _ in spans)
    return sum(span * rate for span, rate in spans) / elapsed if elapsed else None
