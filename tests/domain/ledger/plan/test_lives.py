"""Random lives of an account. `ReferenceLedger` checks I1, I2 and I15 after every posting."""

from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.ledger.plan import Award, Kind, Movement, Policy
from tests.domain.ledger.reference import ReferenceLedger

points = st.integers(1, 12).map(lambda tens: tens * 10)
spans = st.integers(1, 20).map(lambda days: timedelta(days=days))
policies: st.SearchStrategy[Policy] = st.sampled_from(["allow_negative", "clamp"])
# Which of the earnings or redemptions so far, counted round and round.
picks = st.integers(0, 7)


class Lives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ledger = ReferenceLedger()
        self.awards = 0

    @initialize(grace=st.none() | spans)
    def join(self, grace: timedelta | None) -> None:
        self.ledger.grace = grace

    @rule(span=spans)
    def wait(self, span: timedelta) -> None:
        self.ledger.settle(self.ledger.now + span)

    @rule(span=spans)
    def step_the_clock_back(self, span: timedelta) -> None:
        self.ledger.settle(self.ledger.now - span)

    @rule(amount=points, lifetime=st.none() | spans)
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

    @rule(amount=points, policy=policies)
    def deduct(self, amount: int, policy: Policy) -> None:
        self.ledger.policy = policy
        self.ledger.deduct(amount)

    @precondition(lambda self: self._all("earned"))
    @rule(pick=picks, amount=points, policy=policies)
    def reverse(self, pick: int, amount: int, policy: Policy) -> None:
        self.ledger.policy = policy
        self.ledger.reverse(self._pick("earned", pick).id, amount)

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
