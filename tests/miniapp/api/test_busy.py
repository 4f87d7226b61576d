"""An account that somebody holds is one customer's trouble, and nobody else's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.miniapp.phone import Digest, MakePhone, Phone, refusal
from web.gates import WIDTH


class Hostage:
    """An account whose lock somebody holds."""

    def __init__(self, holder: asyncpg.Connection) -> None:
        self._holder = holder

    async def is_waited_for(self) -> None:
        """Return once as many calls stand at the lock as the gate lets through."""
        waiting = 0
        while waiting < WIDTH:
            waiting = await self._holder.fetchval("select count(*) from pg_locks where not granted")


@asynccontextmanager
async def _held(database: str, phone: Phone) -> AsyncIterator[Hostage]:
    """Hold the account's lock, as a stuck process would."""
    holder = await asyncpg.connect(database)
    customer_id = (await phone.customer()).customer_id
    async with holder.transaction():
        await holder.execute("select 1 from account where customer_id = $1 for update", customer_id)
        yield Hostage(holder)
    await holder.close()


async def test_one_held_account_stops_nobody_else(
    member: Phone, a_phone: MakePhone, database: str, ledger: Digest
) -> None:
    neighbour = a_phone()
    await neighbour.signs_in()
    await neighbour.joins()
    before = await ledger()

    async with _held(database, member) as hostage:
        stuck = [asyncio.create_task(member.claims("daily_login")) for _ in range(40)]
        await hostage.is_waited_for()
        await neighbour.gets("me")
        served = await neighbour.claims("daily_login")
        given_up = sum(task.done() for task in stuck)
    answers = await asyncio.gather(*stuck)

    assert served.status == 201
    # Without the gate the neighbour waits until a whole pool of calls has given up.
    assert given_up <= WIDTH
    assert Counter([answer.status for answer in answers]) == {201: 1, 409: 39}
    assert await ledger() == (before[0] + 2, before[1] + 20, 0)


async def test_m10_a_call_in_flight_is_answered_409_and_may_be_repeated(
    member: Phone, database: str, ledger: Digest
) -> None:
    before = await ledger()

    async with _held(database, member):
        refused = await member.claims("daily_login", key="tap")
    again = await member.claims("daily_login", key="tap")

    assert await refusal(refused) == (409, "in_progress")
    assert refused.headers["Retry-After"] == "1"
    assert (again.status, "Idempotency-Replayed" in again.headers) == (201, False)
    assert await ledger() == (before[0] + 1, before[1] + 10, 0)
