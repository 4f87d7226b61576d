"""What waits is counted and nothing else."""

from datetime import datetime, timedelta
from uuid import UUID

from domain import db, inbox
from domain.ids import new_id
from domain.ledger.posting import Posting, post
from domain.notices import outbox
from domain.vitals import vitals
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program

MINUTE = timedelta(minutes=1)


async def _owed(program_id: UUID, customer_id: UUID, at: datetime) -> None:
    async with db.transaction() as connection:
        facts = {"points": 1}
        await outbox.owe(connection, customer_id, program_id, "welcome_points", facts, now=at)


async def test_notices_count_from_when_they_are_due_until_they_are_gone(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    for at in (MONDAY_NOON - 2 * MINUTE, MONDAY_NOON - MINUTE, MONDAY_NOON + MINUTE):
        await _owed(program.id, member.customer_id, at)

    assert (await vitals(now=MONDAY_NOON)).outbox_waiting == 2
    assert (await vitals(now=MONDAY_NOON)).outbox_age == 120
    async with db.transaction() as connection:
        await connection.execute("update notice set sent_at = $1", MONDAY_NOON)

    gone = await vitals(now=MONDAY_NOON + 2 * MINUTE)
    assert (gone.outbox_waiting, gone.outbox_age) == (0, 0)


async def test_updates_count_until_they_are_done_or_parked(opened: str) -> None:
    program = await a_program()
    for number in (1, 2, 3):
        at = MONDAY_NOON + number * MINUTE
        await inbox.receive(program.id, "telegram", number, str(number), b"{}", now=at)
    now = MONDAY_NOON + 5 * MINUTE
    first, second, _ = await inbox.due(program.id, "telegram", now=now, limit=3)
    await inbox.done(first, now=now)
    await inbox.park(second, "hopeless", now=now)

    found = await vitals(now=now)

    assert (found.inbox_waiting, found.inbox_age, found.inbox_parked) == (1, 120, 1)


async def test_an_account_that_nobody_settled_is_behind(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    lapsing = Posting(
        action="purchase",
        amount=10,
        business_key=f"purchase:{new_id()}",
        actor="system",
        channel="system",
        expires_at=MONDAY_NOON + MINUTE,
    )
    async with db.transaction() as connection:
        await post(connection, member.customer_id, lapsing, now=MONDAY_NOON)

    assert (await vitals(now=MONDAY_NOON)).settle_lag == 0
    assert (await vitals(now=MONDAY_NOON + 3 * MINUTE)).settle_lag == 120
