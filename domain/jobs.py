"""The list of periodic jobs: what is done without anybody asking."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import db
from domain.access import attempts, links, sessions, sign_in, sign_in_codes, staff_sessions
from domain.content.feed_reading import read_due
from domain.content.importing import forget_old
from domain.content.pictures import forget_unused
from domain.ledger.closing import close_days
from domain.ledger.sweep import sweep
from domain.setup import retention
from domain.sql import queries

SQL = queries("domain", "jobs.sql")
REQUESTS_KEPT = timedelta(days=90)
_BATCH = 5_000


@dataclass(frozen=True)
class Job:
    """Something to do again and again; doing it twice does nothing more."""

    name: str
    every: timedelta
    do: Callable[[datetime], Awaitable[object]]


async def _settle(now: datetime) -> None:
    await sweep(now=now)


async def _prune_requests(now: datetime) -> None:
    while await _prune_some(now - REQUESTS_KEPT) == _BATCH:
        pass


async def _prune_some(before: datetime) -> int:
    async with db.transaction() as connection:
        done = await connection.execute(SQL["prune_requests"], before, _BATCH)
    return int(done.rpartition(" ")[2])


async def _forget_lapsed(now: datetime) -> None:
    await links.forget_lapsed(now=now)
    await sign_in_codes.forget_lapsed(now=now)
    await sessions.forget_ended(now=now)
    await staff_sessions.forget_ended(now=now)
    await sign_in.forget_lapsed(now=now)
    await attempts.forget(now=now)


JOBS: tuple[Job, ...] = (
    Job("settle what is due", timedelta(seconds=30), _settle),
    Job("close days", timedelta(minutes=1), close_days),
    Job("prune stored verdicts", timedelta(hours=6), _prune_requests),
    Job("read feeds", timedelta(minutes=1), read_due),
    Job("forget unused pictures", timedelta(hours=24), forget_unused),
    Job("forget old imports", timedelta(hours=24), forget_old),
    Job("forget what is kept no longer", timedelta(hours=6), retention.forget_old),
    Job("forget lapsed sign-ins", timedelta(hours=1), _forget_lapsed),
)
