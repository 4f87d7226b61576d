"""The whole ledger of one account in plain Python, for tests to compare with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.ledger.plan import (
    Award,
    Book,
    Plan,
    Policy,
    account_ids,
    apply,
    credit,
    deduct,
    reimburse,
    reverse,
    settle,
    spend,
)
from tests.domain.ledger.soundness import assert_sound

START = datetime(2026, 1, 1, tzinfo=UTC)
CUSTOMER = UUID(int=1)


def day(number: float) -> datetime:
    """Return the instant t of the worked examples."""
    return START + timedelta(days=number)


class ReferenceLedger:
    """Settles, decides, applies: what the posting function does, in the same order.

    A correction answers its plan; an empty one moved nothing. Every verb leaves a sound book.
    """

    def __init__(
        self,
        customer_id: UUID = CUSTOMER,
        *,
        policy: Policy = "allow_negative",
        grace: timedelta | None = None,
        opened_at: datetime = START,
    ) -> None:
        self.book = Book(last_at=opened_at)
        self.policy: Policy = policy
        self.grace = grace
        self.now = opened_at
        self.new_id = account_ids(customer_id)

    def settle(self, now: datetime | None = None) -> Plan:
        """Set the clock, if asked, and post what is due."""
        self.now = now or self.now
        return self._post(settle(self.book, now=self.now, new_id=self.new_id))

    def earn(
        self, amount: int, *, expires_at: datetime | None = None, action: str = "purchase"
    ) -> UUID:
        self.settle()
        plan = credit(
            self.book, action, amount, expires_at=expires_at, now=self.now, new_id=self.new_id
        )
        return self._post(plan)[0].movement_id

    @property
    def spendable(self) -> int:
        self.settle()
        return self.book.spendable

    @property
    def posted(self) -> list[tuple[str, int]]:
        """Kind and amount of every movement, oldest first."""
        return [(movement.kind, movement.amount) for movement in self.book.movements.values()]

    @property
    def open_lots(self) -> list[tuple[UUID, int]]:
        """The movement and the points left of every open lot, in the order of eating."""
        lots = self.book.open_lots(self.now)
        return [(lot.movement_id, lot.remaining) for lot in lots]

    def promise(self, award: Award) -> None:
        """Keep an award until it matures; one that is due already is earned now."""
        self.settle()
        if award.matures_at <= max(self.now, self.book.last_at):
            self.earn(award.amount, expires_at=award.expires_at, action=award.action)
            return
        book = self.book.copy()
        book.awards[award.id] = award
        self.book = replace(book, last_at=max(book.last_at, self.now))

    def redeem(self, amount: int, *, action: str = "gift_redemption") -> UUID:
        self.settle()
        plan = spend(self.book, action, amount, now=self.now, new_id=self.new_id)
        return self._post(plan)[0].movement_id

    def deduct(self, amount: int) -> Plan:
        self.settle()
        return self._post(
            deduct(self.book, amount, policy=self.policy, now=self.now, new_id=self.new_id)
        )

    def reverse(self, movement_id: UUID, amount: int) -> Plan:
        self.settle()
        return self._post(
            reverse(
                self.book,
                movement_id,
                amount,
                policy=self.policy,
                now=self.now,
                new_id=self.new_id,
            )
        )

    def reimburse(self, movement_id: UUID, amount: int) -> Plan:
        self.settle()
        return self._post(
            reimburse(
                self.book,
                movement_id,
                amount,
                grace=self.grace,
                now=self.now,
                new_id=self.new_id,
            )
        )

    def _post(self, plan: Plan) -> Plan:
        self.book = apply(self.book, plan)
        assert_sound(self.book)
        return plan
