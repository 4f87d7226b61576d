from datetime import timedelta

from domain.ledger.audit import run
from domain.ledger.standing import standing
from tests.clock import FixedClock
from tests.factories import a_member, a_program, posted

DAY = timedelta(days=1)


async def test_points_whose_life_is_over_when_they_mature_expire_as_they_do(
    opened: str, clock: FixedClock
) -> None:
    member = await a_member(await a_program())
    now = clock.now()
    await posted(
        member.customer_id, 40, now=now, matures_at=now + 5 * DAY, expires_at=now + 2 * DAY
    )

    waiting = await standing(member.customer_id, now=now + 3 * DAY)
    after = await standing(member.customer_id, now=now + 6 * DAY)

    assert (waiting.balance, waiting.pending) == (50, 40)
    assert (after.balance, after.pending) == (50, 0)
    assert await run() == []
