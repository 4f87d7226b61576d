"""Random lives of two accounts. `ReferenceLedger` checks I1, I2 and I15 after every posting."""

from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.ledger.plan import Award, Kind, Movement, Policy
from tests.domain.ledger.reference import ReferenceLedger

points = st.integers(1, 12).map(lambda tens: tens * 10)
spans = st.integers(1, 20).map(lambda days: timedelta(days=days))
moments = st.integers(1, 15).map(lambda minutes: timedelta(minutes=minutes))
policies: st.SearchStrategy[Policy] = st.sampled_from(["allow_negative", "clamp"])
# Which of the earnings or redemptions so far, counted round and round.
picks = st.integers(0, 7)


class Lives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.accounts = 1
        self.ledger = ReferenceLedger(UUID(int=1))
        self.other = self.ledger
        self.awards = 0

    @initialize(grace=st.none() | spans)
    def join(self, grace: timedelta | None) -> None:
        self.ledger.grace = grace
        self._somebody_else_joins()

    def _somebody_else_joins(self) -> None:
        self.accounts += 1
        self.other = ReferenceLedger(
            UUID(int=self.accounts), grace=self.ledger.grace, opened_at=self.ledger.now
        )

    @rule()
    def turn_to_the_other(self) -> None:
        self.ledger, self.other = self.other, self.ledger

    @rule()
    def carry_the_other_on(self) -> None:
        both = (self.ledger, self.other)
        owned = sum(each.book.balance - self._posted(each) for each in both)

        self.ledger.absorb(self.other)

        assert self.other.book.balance == 0
        assert owned == sum(each.book.balance - self._posted(each) for each in both)
        self._somebody_else_joins()

    @staticmethod
    def _posted(ledger: ReferenceLedger) -> int:
        """Sum up what moved for other reasons: things fall due, and holds that end let points expire."""
        return sum(amount for kind, amount in ledger.posted if kind != "transferred")

    @rule(span=spans | moments)
    def wait(self, span: timedelta) -> None:
        now = self.ledger.now + span
        self.ledger.settle(now)
        self.other.settle(now)

    @rule(span=spans)
    def step_the_clock_back(self, span: timedelta) -> None:
        now = self.ledger.now - span
        self.ledger.settle(now)
        self.other.settle(now)

    @rule(amount=points, lifetime=st.none() | spans | moments)
    def earn(self, amount: int, lifetime: timedelta | None) -> None:
        self.ledger.earn(amount, expires_at=self.ledger.now + lifetime if lifetime else None)

    @rule(amount=points, holding=spans, lifetime=spans)
    def promise(self, amount: int, holding: timedelta, lifetime: timedelta) -> None:
        self.awards += 1
        award = Award(
            id=UUID(int=self.awards),
            action="referrer_reward",
            amount=amount,
            matures_at=self.ledger.now + holding,
            # Shorter than the holding period, if the program was set up badly.
            expires_at=self.ledger.now + lifetime,
        )
        self.ledger.promise(award)

    @rule(amount=points)
    def redeem(self, amount: int) -> None:
        if (most := min(amount, self.ledger.spendable)) > 0:
            self.ledger.redeem(most)

    @rule(amount=points, lasts=moments)
    def hold(self, amount: int, lasts: timedelta) -> None:
        if (most := min(amount, self.ledger.spendable)) > 0:
            self.ledger.hold(most, lasts=lasts)

    @precondition(lambda self: self.ledger.book.holds)
    @rule(pick=picks, amount=st.none() | points)
    def capture(self, pick: int, amount: int | None) -> None:
        self.ledger.settle()
        for hold_id in self._hold(pick):
            most = self.ledger.book.holds[hold_id].points
            self.ledger.capture(hold_id, min(amount or most, most))

    @precondition(lambda self: self.ledger.book.holds)
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        self.ledger.settle()
        for hold_id in self._hold(pick):
            self.ledger.release(hold_id)

    def _hold(self, pick: int) -> list[UUID]:
        """Name one of the open holds, unless all have lapsed."""
        holds = list(self.ledger.book.holds)
        return [holds[pick % len(holds)]] if holds else []

    @rule(amount=points, policy=policies)
    def deduct(self, amount: int, policy: Policy) -> None:
        self.ledger.policy = policy
        self.ledger.deduct(amount)

    @precondition(lambda self: self._all("earned"))
    @rule(pick=picks, amount=points, policy=policies)
    def reverse(self, pick: int, amount: int, policy: Policy) -> None:
        self.ledger.policy = policy
        self.ledger.reverse(self._pick("earned", pick).id, amount)

    @rule()
    def leave(self) -> None:
        self.ledger.leave()
        assert not self.ledger.open_lots
        assert not self.ledger.book.holds

    @precondition(lambda self: self._all("redeemed"))
    @rule(pick=picks, amount=points)
    def reimburse(self, pick: int, amount: int) -> None:
        self.ledger.reimburse(self._pick("redeemed", pick).id, amount)

    def _all(self, kind: Kind) -> list[Movement]:
        return [each for each in self.ledger.book.movements.values() if each.kind == kind]

    def _pick(self, kind: Kind, pick: int) -> Movement:
        movements = self._all(kind)
        return movements[pick % len(movements)]


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
