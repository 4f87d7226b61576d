"""One account in the database and what is done to it, told by days as the worked examples are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain import db
from domain.ledger import corrections
from domain.ledger.audit import run as audit
from domain.ledger.corrections import Correction
from domain.ledger.plan import Policy
from domain.ledger.requests import RequestKey, Verdict
from domain.ledger.standing import Standing, standing
from domain.ledger.statement import movements
from domain.ledger.transfer import Reason, transfer
from tests.clock import MONDAY_NOON
from tests.factories import a_program, a_visitor, posted

MERGE = Reason(action="merge", actor="system")
STAFF = "staff:00000000-0000-7000-8000-000000000001"
_numbers = count(1)


def day(number: float) -> datetime:
    """Return the instant t of the worked examples."""
    return MONDAY_NOON + timedelta(days=number)


def because(key: str | None = None, **how: Any) -> Correction:
    """A reason to correct, another one each time unless named."""
    values = {"business_key": key or f"refund:{next(_numbers)}", "actor": "system", **how}
    return Correction(**values)


@dataclass
class Chronicle:
    """An account that starts empty on day 0."""

    customer_id: UUID
    policy: Policy = "allow_negative"
    now: datetime = MONDAY_NOON

    async def on(self, number: float) -> Standing:
        """Let time pass, and settle what is due by then."""
        self.now = day(number)
        return await self.stands()

    async def stands(self) -> Standing:
        return await standing(self.customer_id, now=self.now)

    async def earn(self, amount: int, *, lapses: float | None = None, **how: Any) -> UUID:
        expires_at = None if lapses is None else day(lapses)
        done = await posted(self.customer_id, amount, now=self.now, expires_at=expires_at, **how)
        assert done.movement_id
        return done.movement_id

    async def redeem(self, amount: int) -> UUID:
        done = await posted(self.customer_id, -amount, now=self.now)
        assert done.movement_id
        return done.movement_id

    async def reverse(
        self, movement_id: UUID, points: int, why: Correction | None = None, **how: Any
    ) -> Verdict:
        why, how = why or because(), {"policy": self.policy, "now": self.now, **how}
        return await corrections.reverse(self.customer_id, movement_id, points, why, **how)

    async def reimburse(
        self, movement_id: UUID, points: int, why: Correction | None = None, **how: Any
    ) -> Verdict:
        why, how = why or because(), {"now": self.now, **how}
        return await corrections.reimburse(self.customer_id, movement_id, points, why, **how)

    async def deduct(self, points: int, why: Correction | None = None, **how: Any) -> Verdict:
        why = why or because(actor=STAFF, reason="counted wrongly")
        how = {"policy": self.policy, "now": self.now, **how}
        return await corrections.deduct(self.customer_id, points, why, **how)

    async def story(self) -> list[tuple[str, int]]:
        """Kind and amount of every movement, oldest first; the books are sound."""
        assert await audit() == []
        page = await movements(self.customer_id, limit=100)
        return [(line.kind, line.amount) for line in reversed(page.items)]

    async def open_lots(self) -> list[tuple[UUID, int]]:
        """The movement and the points left of every open lot, in the order of eating."""
        async with db.reading() as connection:
            rows = await connection.fetch(
                "select movement_id, remaining from lot where customer_id = $1 and remaining > 0"
                " order by expires_at nulls last, opening_seq",
                self.customer_id,
            )
        return [(row["movement_id"], row["remaining"]) for row in rows]


async def a_chronicle(policy: Policy = "allow_negative") -> Chronicle:
    visitor = await a_visitor(await a_program())
    return Chronicle(visitor.customer_id, policy)


async def accounts(number: int, policy: Policy = "allow_negative") -> list[Chronicle]:
    """Accounts of one program, empty."""
    program = await a_program()
    return [Chronicle((await a_visitor(program)).customer_id, policy) for _ in range(number)]


async def carry_on(
    source: Chronicle, target: Chronicle, request: RequestKey | None = None
) -> Verdict:
    now = max(source.now, target.now)
    source.now = target.now = now
    return await transfer(source.customer_id, target.customer_id, MERGE, now=now, request=request)
