from datetime import datetime, timedelta

import asyncpg

from domain import db
from domain.jobs import JOBS, REQUESTS_KEPT
from domain.ledger.audit import run as audit
from domain.ledger.posting import Posting, post
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program, a_visitor, balance_of, posted

NOW = MONDAY_NOON
DAY = timedelta(days=1)


async def test_every_job_may_be_done_twice(opened: str) -> None:
    member = await a_member(await a_program())
    await posted(member.customer_id, 10, now=NOW, expires_at=NOW + DAY)

    for job in JOBS * 2:
        await job.do(NOW + DAY)

    owner = await asyncpg.connect(opened)
    assert await owner.fetchval("select balance from account") == 50
    await owner.close()
    assert await audit() == []


async def test_an_old_verdict_is_forgotten_and_its_repeat_still_moves_nothing(opened: str) -> None:
    visitor = await a_visitor(await a_program())
    request = a_key(visitor.customer_id, "old")
    purchase = Posting(
        action="purchase", amount=10, business_key="receipt:1", actor="system", channel="pos"
    )

    async def posts(now: datetime) -> str:
        async with db.transaction() as connection:
            done = await post(connection, visitor.customer_id, purchase, now=now, request=request)
        return done.outcome

    outcomes = [await posts(NOW)]
    for passed in (REQUESTS_KEPT, REQUESTS_KEPT + timedelta(seconds=1)):
        for job in JOBS:
            await job.do(NOW + passed)
        outcomes.append(await posts(NOW + passed))

    assert outcomes == ["posted", "replayed", "already"]
    assert await balance_of(visitor, now=NOW + 2 * REQUESTS_KEPT) == 10
