"""The place of the measurement: the embedded server, durable, with one program and its members."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import asyncpg

from app.embedded.postgres import embedded_postgres
from domain import db, programs, secrets
from domain.clock import SystemClock
from domain.earning.models import Rule
from domain.earning.rules import start_rules
from domain.migrate import migrate
from domain.programs import Program
from domain.sql import queries

SQL = queries("bench", "scene.sql")
HOST, SLUG = "127.0.0.1", "bench"
SECRET = "only the bench knows this secret"
# On the disk, where a temporary directory may be in memory: a durable commit is half the cost.
_DISK = Path("/var/tmp")


@dataclass
class Scene:
    """A program with members 1 to `enrolled`; the first `accounts` of them are posted to."""

    dsn: str
    directory: Path
    program: Program
    rule: Rule
    accounts: int
    clients: int
    enrolled: int = 0
    redis_url: str = ""
    owner: asyncpg.Connection = field(kw_only=True)

    async def enrol(self, count: int) -> range:
        """Add members who are signed in and have claimed nothing; return their numbers."""
        first, last = self.enrolled + 1, self.enrolled + count
        async with self.owner.transaction():
            for name in ("enrol", "sign_in"):
                await self.owner.execute(SQL[name], self.program.id, first, last, now())
        self.enrolled = last
        await self.owner.execute(SQL["settle_down"])
        return range(first, last + 1)


def customer_id(number: int) -> UUID:
    """Return the id of a member; pgbench makes the same out of the same number."""
    return UUID(f"00000000-0000-7000-8000-{number:012d}")


def token(number: int) -> str:
    """Return the session token of a member."""
    return f"bench-{number}"


def now() -> datetime:
    return SystemClock().now()


@asynccontextmanager
async def scene(*, accounts: int, clients: int) -> AsyncIterator[Scene]:
    """Build everything in a directory of its own and take it away afterwards."""
    secrets.configure(SECRET)
    place = _DISK if _DISK.is_dir() else None
    with TemporaryDirectory(prefix="loyalty-bench-", dir=place) as directory:
        async with embedded_postgres(Path(directory), durable=True) as dsn:
            await migrate(dsn)
            owner = await asyncpg.connect(dsn)
            try:
                async with db.opened(dsn, pool_size=clients):
                    program, rule = await _program()
                    built = Scene(
                        dsn, Path(directory), program, rule, accounts, clients, owner=owner
                    )
                    await built.enrol(accounts)
                    yield built
            finally:
                await owner.close()


async def _program() -> tuple[Program, Rule]:
    at = now()
    program = await programs.create(
        slug=SLUG,
        name="Bench",
        zone="Asia/Ho_Chi_Minh",
        currency="VND",
        point_value=Decimal(10),
        now=at,
    )
    await start_rules(program.id, now=at, by="system", lifetime_kind="months", lifetime_count=12)
    return program, await Rule.get(program_id=program.id, action="daily_login")
