"""Days are closed while everybody writes, and no closed day ever changes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

import asyncpg
import pytest

from domain import db, secrets
from domain.earning.claims import claim
from domain.earning.lifetime import start_of
from domain.ledger import closing
from domain.ledger.audit import run as audit
from domain.ledger.closing import GRACE, close_days
from domain.ledger.posting import Posting, lock, post
from domain.ledger.requests import ClockBehind, InProgress
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_key, a_member, a_program

CLOSINGS = 200
ZONE = "Asia/Ho_Chi_Minh"
MONDAY = date(2026, 3, 2)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BEGUN = "select closed_through >= $2 from closing where program_id = $1"
CUT = "select true from closed_day where program_id = $1 and day = $2"
KEPT = "select * from closed_day where program_id = $1 and day = $2"
AFTER = "select * from closed_day where program_id = $1 and day >= $2 order by day"
FIGURES = """
    select business_date as day, count(*) as movements, count(distinct customer_id) as accounts,
           coalesce(sum(amount) filter (where kind = 'earned'), 0)::bigint as earned,
           coalesce(sum(amount) filter (where kind = 'redeemed'), 0)::bigint as redeemed,
           coalesce(sum(amount) filter (where kind = 'expired'), 0)::bigint as expired
      from movement where program_id = $1 group by 1"""


@pytest.fixture
async def wide(database: str) -> AsyncIterator[str]:
    """The pool, open with a connection for everybody who writes here."""
    secrets.configure("a secret that only tests know")
    async with db.opened(database, pool_size=16):
        yield database


@dataclass
class Shop:
    """A program in which everybody writes without pause; its days pass as `clock` is moved."""

    program: Program
    members: list[UUID]
    clock: FixedClock
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    written: int = 0
    is_open: bool = True

    async def keep_posting(self, member: UUID, dice: Random) -> None:
        """Credit, spend, and dawdle between the lock, the posting and the commit."""
        while self.is_open:
            now = self.clock.now()
            try:
                async with db.transaction() as connection:
                    locked = await lock(connection, member, now=now)
                    await _dawdle(dice.randrange(12))
                    posting = self._posting(dice, locked.at)
                    await post(connection, member, posting, now=locked.at)
                    await _dawdle(dice.randrange(25))
            except (InProgress, ClockBehind):
                continue
            self.written += 1

    async def keep_checking_in(self, member: UUID) -> None:
        while self.is_open:
            try:
                await claim(
                    self.program,
                    member,
                    "daily_login",
                    evidence=None,
                    channel="telegram",
                    now=self.clock.now(),
                    request=a_key(member),
                )
            except (InProgress, ClockBehind):
                await asyncio.sleep(0)

    async def straggle(self, member: UUID, day: date, has_posted: asyncio.Event) -> None:
        """Post at the last moment of a day, and commit when its closing has long begun."""
        async with db.transaction() as connection:
            posting = self._posting(Random(1), _last(day))
            await post(connection, member, replace(posting, expires_at=None), now=_last(day))
            has_posted.set()
            while not await connection.fetchval(BEGUN, self.program.id, _last(day)):
                await asyncio.sleep(0)
            for _ in range(40):
                if await connection.fetchval(CUT, self.program.id, day):
                    break

    def _posting(self, dice: Random, at: datetime) -> Posting:
        is_credit = dice.random() < 0.7
        return Posting(
            action="purchase" if is_credit else "gift_redemption",
            amount=dice.randrange(20, 90) if is_credit else -dice.randrange(10, 60),
            business_key=f"storm:{next(self.numbers)}",
            actor="system",
            channel="test",
            expires_at=at + dice.choice([2, 30, 300]) * timedelta(hours=1) if is_credit else None,
        )


async def _dawdle(turns: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


def _last(day: date) -> datetime:
    """The last second of a day."""
    return start_of(day + DAY, ZONE) - SECOND


async def _live(shop: Shop, straggler: UUID, closings: int) -> list[asyncpg.Record]:
    """Let so many days pass and close each; return the closed days as they were at their cut."""
    kept: list[asyncpg.Record] = []
    for day in (MONDAY + n * DAY for n in range(closings)):
        shop.clock.set(_last(day))
        written, has_posted = shop.written, asyncio.Event()
        late = asyncio.create_task(shop.straggle(straggler, day, has_posted))
        await has_posted.wait()
        while shop.written < written + 2:
            await asyncio.sleep(0)
        await close_days(shop.clock.advance(SECOND + GRACE))
        await late
        async with db.reading() as connection:
            kept += await connection.fetch(KEPT, shop.program.id, day)
    return kept


async def _assert_no_closed_day_changes(closings: int) -> None:
    clock = FixedClock()
    program = await a_program(zone=ZONE)
    members = [(await a_member(program)).customer_id for _ in range(5)]
    shop = Shop(program, members, clock)
    async with asyncio.TaskGroup() as everybody:
        for n, member in enumerate(members[1:4]):
            everybody.create_task(shop.keep_posting(member, Random(n)))
        for member in members[4:]:
            everybody.create_task(shop.keep_checking_in(member))
        try:
            kept = await _live(shop, members[0], closings)
        finally:
            shop.is_open = False

    assert len(kept) == closings
    async with db.reading() as connection:
        assert await connection.fetch(AFTER, program.id, MONDAY) == kept
        figures = {row["day"]: row for row in await connection.fetch(FIGURES, program.id)}
    for day in kept:
        recounted = figures[day["day"]]
        assert {name: day[name] for name in recounted.keys()} == dict(recounted)  # noqa: SIM118
    assert await audit() == []


async def test_no_closed_day_changes_however_much_is_written_meanwhile(wide: str) -> None:
    await _assert_no_closed_day_changes(CLOSINGS)


async def test_without_the_wait_closed_days_would_change(
    wide: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(closing.SQL, "writers_are_done", "select $1::text is not null")

    with pytest.raises(AssertionError, match="movements"):
        await _assert_no_closed_day_changes(CLOSINGS // 10)
