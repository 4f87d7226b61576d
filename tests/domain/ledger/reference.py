"""The whole ledger of one account in plain Python, for tests to compare with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from domain.ledger.plan import (
    OPT_OUT,
    Award,
    Book,
    Plan,
    Policy,
    Step,
    account_ids,
    apply,
    capture,
    carried_on,
    credit,
    deduct,
    hold,
    opt_out,
    reimburse,
    release,
    reverse,
    settle,
    spend,
    transfer,
    with_hold,
)
from tests.domain.ledger.soundness import assert_sound

START = datetime(2026, 1, 1, tzinfo=UTC)
CUSTOMER = UUID(int=1)
_numbers = count(1)


def day(number: float) -> datetime:
    """Return the instant t of the worked examples."""
    return START + timedelta(days=number)


def moved(plan: Plan) -> int:
    """Return the points that were asked for: not what expired on the way."""
    return next((step.amount for step in plan if step.amount and step.action != "expiry"), 0)


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
        self.customer_id = customer_id
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
        own = [each for each in self.book.movements.values() if not each.inherited_from]
        return [(movement.kind, movement.amount) for movement in own]

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

    def hold(
        self, points: int, *, lasts: timedelta = timedelta(minutes=15), hold_id: UUID | None = None
    ) -> UUID:
        self.settle()
        at = max(self.now, self.book.last_at)
        hold_id = hold_id or self.new_id("hold", next(_numbers))
        placed = hold(self.book, hold_id, points, lapses_at=at + lasts, now=self.now)
        self.book = with_hold(self.book, placed)
        assert_sound(self.book)
        return hold_id

    def capture(self, hold_id: UUID, points: int | None = None) -> Step:
        self.settle()
        points = points or self.book.holds[hold_id].points
        return self._post(capture(self.book, hold_id, points, now=self.now, new_id=self.new_id))[0]

    def release(self, hold_id: UUID) -> Plan:
        self.settle()
        return self._post(release(self.book, hold_id, now=self.now, new_id=self.new_id))

    def absorb(self, source: "ReferenceLedger") -> int:
        """Carry the other account on, and return the points that it brought."""
        at = max(self.now, self.book.last_at, source.book.last_at)
        for each in (self, source):
            each._post(settle(each.book, now=at, new_id=each.new_id))
        plan = transfer(
            source.book,
            self.book,
            source_id=source.customer_id,
            action="merge",
            now=self.now,
            source_ids=source.new_id,
            target_ids=self.new_id,
        )
        self.book = carried_on(source.book, self.book, plan, source.customer_id)
        emptied = apply(source.book, plan.source)
        source.book = replace(emptied, awards={}, holds={})
        assert not source.book.balance
        assert not source.book.debt
        assert_sound(source.book)
        assert_sound(self.book)
        return moved(plan.target)

    def leave(self) -> int:
        """Forget what is promised, let all points go, and return how many: 0 or fewer."""
        self.settle()
        self.book = replace(self.book, awards={})
        plan = self._post(opt_out(self.book, now=self.now, new_id=self.new_id))
        return sum(step.amount for step in plan if step.action == OPT_OUT)

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
