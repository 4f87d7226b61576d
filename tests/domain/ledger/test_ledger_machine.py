"""The ledger in the database against the plain Python one, through random lives of accounts.

There are always two. One of them is looked at; now and then it is the other's turn, or it carries
the other one on and somebody else joins.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain import db, secrets
from domain.ledger import corrections, holds
from domain.ledger.audit import run as audit
from domain.ledger.book import load_book
from domain.ledger.corrections import Correction
from domain.ledger.plan import Award, Movement, Policy
from domain.ledger.posting import Posted, Posting, post
from domain.ledger.requests import Verdict
from domain.ledger.transfer import Reason, transfer
from domain.programs import Program
from tests.conftest import copy_of
from tests.domain.ledger.reference import ReferenceLedger, moved
from tests.factories import a_key, a_program, a_visitor

# Cairo has no midnight on 2025-04-25: the clocks go from 24:00 to 01:00.
ZONE = "Africa/Cairo"
START = datetime(2025, 4, 23, 12, tzinfo=UTC)
AMOUNTS = st.integers(1, 120)
LIVES = st.none() | st.integers(0, 6)
MINUTE = timedelta(minutes=1)
LASTS = st.integers(1, 15).map(lambda minutes: minutes * MINUTE)
STEPS = st.sampled_from(
    [MINUTE, 6 * MINUTE, timedelta(hours=7), timedelta(hours=24), timedelta(days=3)]
)


@dataclass
class _Account:
    """What a customer's account should be, and what was done on it or on those it carries on."""

    model: ReferenceLedger
    # The customer whose it was, and the movement.
    earned: list[tuple[UUID, UUID]] = field(default_factory=list)
    redeemed: list[tuple[UUID, UUID]] = field(default_factory=list)
    holds: list[tuple[UUID, UUID]] = field(default_factory=list)

    @property
    def customer(self) -> UUID:
        return self.model.customer_id


class _CrashError(Exception):
    """The process dies here."""


class LedgerMachine(RuleBasedStateMachine):
    runner: ClassVar[asyncio.Runner]
    program: ClassVar[Program]
    policy: ClassVar[Policy]

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize()
    def open_two_accounts(self) -> None:
        self.now = START
        self.facts = 0
        self.account = self._new_account()
        self._somebody_joins()

    def _new_account(self) -> _Account:
        customer: UUID = self.run(a_visitor(self.program, now=self.now)).customer_id
        return _Account(ReferenceLedger(customer, policy=self.policy, opened_at=self.now))

    def _somebody_joins(self) -> None:
        """Let the other account be that of somebody with a past."""
        self.other = self._new_account()
        self.it_is_the_others_turn()
        self.something_is_earned(100, 4)
        self.something_is_redeemed(40)
        self.it_is_the_others_turn()

    @property
    def model(self) -> ReferenceLedger:
        return self.account.model

    @property
    def customer(self) -> UUID:
        return self.account.customer

    @rule(by=STEPS)
    def the_clock_advances(self, by: timedelta) -> None:
        self.now += by
        self.account.model.now = self.other.model.now = self.now

    @rule()
    def it_is_the_others_turn(self) -> None:
        self.account, self.other = self.other, self.account

    @rule()
    def one_carries_the_other_on(self) -> None:
        account, gone = self.account, self.other
        verdict = self.run(self._transfers(gone.customer, account.customer))
        assert verdict.facts["points"] == account.model.absorb(gone.model)
        account.earned += gone.earned
        account.redeemed += gone.redeemed
        account.holds += gone.holds
        again = self.run(self._transfers(gone.customer, account.customer))
        assert again.facts == {"code": "already_transferred"}
        self.run(self._compare(gone))
        self._somebody_joins()

    @rule(amount=AMOUNTS, lives=LIVES)
    def something_is_earned(self, amount: int, lives: int | None) -> None:
        expires_at = self._after(lives)
        posted = self.run(self._posts(self._credit(amount, expires_at)))
        assert posted.movement_id == self.model.earn(amount, expires_at=expires_at)
        self.account.earned.append((self.customer, posted.movement_id))

    @rule(amount=AMOUNTS)
    def something_is_redeemed(self, amount: int) -> None:
        posted = self.run(self._posts(self._spend(amount)))
        if amount > self.model.spendable:
            assert posted.outcome == "insufficient"
            return
        assert posted.movement_id == self.model.redeem(amount)
        self.account.redeemed.append((self.customer, posted.movement_id))

    @rule(amount=AMOUNTS, lasts=LASTS)
    def points_are_held(self, amount: int, lasts: timedelta) -> None:
        verdict = self.run(
            holds.hold(self.customer, amount, actor="system", lasts=lasts, now=self.now)
        )
        if amount > self.model.spendable:
            assert verdict.facts["code"] == "insufficient_points"
            return
        hold_id = UUID(verdict.facts["hold_id"])
        self.model.hold(amount, lasts=lasts, hold_id=hold_id)
        assert verdict.facts["spendable"] == self.model.spendable
        self.account.holds.append((self.customer, hold_id))

    @precondition(lambda self: self.account.holds)
    @rule(data=st.data(), amount=st.none() | AMOUNTS)
    def a_hold_is_captured(self, data: st.DataObject, amount: int | None) -> None:
        owner, hold_id = data.draw(st.sampled_from(self.account.holds))
        verdict = self.run(
            holds.capture(owner, hold_id, actor="system", points=amount, now=self.now)
        )
        self.model.settle()
        placed = self.model.book.holds.get(hold_id)
        if placed is None or (amount or 0) > placed.points:
            assert verdict.status == 409
            assert verdict.facts["code"] in {"hold_captured", "hold_released", "beyond_hold"}
            return
        step = self.model.capture(hold_id, amount)
        assert verdict.facts["movement_id"] == str(step.movement_id)
        self.account.redeemed.append((self.customer, step.movement_id))

    @precondition(lambda self: self.account.holds)
    @rule(data=st.data())
    def a_hold_is_released(self, data: st.DataObject) -> None:
        owner, hold_id = data.draw(st.sampled_from(self.account.holds))
        verdict = self.run(holds.release(owner, hold_id, now=self.now))
        self.model.settle()
        if hold_id in self.model.book.holds:
            self.model.release(hold_id)
            assert verdict.facts["outcome"] == "released"

    @rule(amount=AMOUNTS, days=st.integers(1, 4), lives=LIVES)
    def something_is_promised(self, amount: int, days: int, lives: int | None) -> None:
        matures_at = self.now + timedelta(days=days)
        expires_at = matures_at + timedelta(days=lives + 1) if lives is not None else None
        credit = self._credit(amount, expires_at, matures_at=matures_at)
        posted = self.run(self._posts(credit))
        assert posted.outcome == "pending"
        self.model.promise(self.run(self._award_of(credit.business_key)))

    @precondition(lambda self: self.account.earned)
    @rule(data=st.data(), amount=AMOUNTS)
    def an_earning_is_reversed(self, data: st.DataObject, amount: int) -> None:
        owner, movement = data.draw(st.sampled_from(self.account.earned))
        verdict = self.run(self._reverses(owner, movement, amount))
        assert verdict.facts["points"] == moved(self.model.reverse(movement, amount))

    @precondition(lambda self: self.account.redeemed)
    @rule(data=st.data(), amount=AMOUNTS)
    def a_redemption_is_reimbursed(self, data: st.DataObject, amount: int) -> None:
        owner, movement = data.draw(st.sampled_from(self.account.redeemed))
        verdict = self.run(self._reimburses(owner, movement, amount))
        assert verdict.facts["points"] == moved(self.model.reimburse(movement, amount))

    @rule(amount=AMOUNTS, lives=LIVES)
    def a_call_is_repeated(self, amount: int, lives: int | None) -> None:
        request = a_key(self.customer)
        credit = self._credit(amount, self._after(lives))
        first = self.run(self._posts(credit, request=request))
        again = self.run(self._posts(credit, request=request))
        fresh_key = self.run(self._posts(credit, request=a_key(self.customer)))
        self._earned(self.model.earn(amount, expires_at=self._after(lives)))
        assert again.facts == first.facts
        assert (again.outcome, fresh_key.outcome) == ("replayed", "already")

    @rule(amount=AMOUNTS, lives=LIVES)
    def the_process_dies_before_the_commit(self, amount: int, lives: int | None) -> None:
        self.run(self._crashes(self._credit(amount, self._after(lives))))

    @rule(first=AMOUNTS, rival=AMOUNTS)
    def a_rival_writes_before_the_commit(self, first: int, rival: int) -> None:
        one, other = self._credit(first, None), self._credit(rival, None)
        self.run(self._overlap(one, other))
        self._earned(self.model.earn(first), self.model.earn(rival))

    def _earned(self, *movements: UUID) -> None:
        self.account.earned += [(self.customer, movement) for movement in movements]

    @invariant()
    def the_database_stands_where_the_model_does(self) -> None:
        if hasattr(self, "account"):
            self.model.settle()
            self.run(self._compare(self.account))

    def teardown(self) -> None:
        if hasattr(self, "account"):
            assert self.run(audit()) == []

    def date_at(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(ZONE)).date()

    def _after(self, lives: int | None) -> datetime | None:
        return None if lives is None else self.now + timedelta(days=lives)

    def _key(self) -> str:
        self.facts += 1
        return f"fact:{self.facts}"

    def _credit(
        self, amount: int, expires_at: datetime | None, matures_at: datetime | None = None
    ) -> Posting:
        return Posting(
            action="purchase",
            amount=amount,
            business_key=self._key(),
            actor="system",
            channel="test",
            expires_at=expires_at,
            matures_at=matures_at,
        )

    def _spend(self, amount: int) -> Posting:
        return Posting(
            action="gift_redemption",
            amount=-amount,
            business_key=self._key(),
            actor="customer",
            channel="test",
        )

    async def _posts(self, posting: Posting, **how: Any) -> Posted:
        async with db.transaction() as connection:
            return await post(connection, self.customer, posting, now=self.now, **how)

    async def _crashes(self, posting: Posting) -> None:
        try:
            async with db.transaction() as connection:
                await post(connection, self.customer, posting, now=self.now)
                raise _CrashError
        except _CrashError:
            pass

    async def _overlap(self, one: Posting, other: Posting) -> None:
        started = asyncio.Event()

        async def rival() -> Posted:
            await started.wait()
            return await self._posts(other)

        waiting = asyncio.create_task(rival())
        async with db.transaction() as connection:
            await post(connection, self.customer, one, now=self.now)
            started.set()
            await asyncio.sleep(0)
        await waiting

    async def _transfers(self, source: UUID, target: UUID) -> Verdict:
        return await transfer(source, target, Reason(action="merge", actor="job"), now=self.now)

    async def _reverses(self, owner: UUID, movement: UUID, amount: int) -> Verdict:
        why = Correction(business_key=self._key(), actor="system")
        return await corrections.reverse(
            owner, movement, amount, why, policy=self.policy, now=self.now
        )

    async def _reimburses(self, owner: UUID, movement: UUID, amount: int) -> Verdict:
        why = Correction(business_key=self._key(), actor="system")
        return await corrections.reimburse(owner, movement, amount, why, now=self.now)

    async def _award_of(self, business_key: str) -> Award:
        async with db.reading() as connection:
            row = await connection.fetchrow(
                "select id, action, amount, matures_at, expires_at from pending_award"
                " where customer_id = $1 and business_key = $2",
                self.customer,
                business_key,
            )
        assert row is not None
        return Award(**row)

    async def _compare(self, account: _Account) -> None:
        customer, model = account.customer, account.model.book
        async with db.transaction() as connection:
            await connection.execute("select ledger_settle($1, $2)", customer, self.now)
            found = await load_book(connection, customer, None)
            rows = await connection.fetch(
                "select id, seq, kind, action, amount, balance_after, debt_delta, effective_at,"
                " recorded_at, coalesce(corrects_id, inherited_corrects_id) as corrects_id,"
                " business_date from movement where customer_id = $1 order by seq",
                customer,
            )
        assert (found.balance, found.seq) == (model.balance, model.seq)
        assert found.lots == model.lots
        assert found.debts == {i.id: i for i in model.debts.values() if i.open}
        assert found.substitutes == {s.id: s for s in model.substitutes.values() if s.open}
        assert found.holds == model.holds
        own = [each for each in model.movements.values() if not each.inherited_from]
        self._compare_movements(rows, own)

    def _compare_movements(self, rows: list[asyncpg.Record], own: list[Movement]) -> None:
        latest = self.date_at(START)
        for row, expected in zip(rows, own, strict=True):
            latest = max(latest, self.date_at(row["effective_at"]))
            assert row["business_date"] == latest
            for name in ("id", "seq", "kind", "action", "amount", "balance_after", "debt_delta"):
                assert row[name] == getattr(expected, name)
            for name in ("effective_at", "recorded_at", "corrects_id"):
                assert row[name] == getattr(expected, name)


def live_through(
    postgres: str, template: str, policy: Policy, kind: type[LedgerMachine] = LedgerMachine
) -> None:
    secrets.configure("a secret that only tests know")
    with asyncio.Runner() as runner:
        copy = copy_of(template, postgres)
        dsn = runner.run(copy.__aenter__())
        opened = db.opened(dsn, pool_size=3)
        runner.run(opened.__aenter__())
        program = runner.run(a_program(zone=ZONE, now=START))
        names = {"runner": runner, "program": program, "policy": policy}
        machine = type("Machine", (kind,), names)
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=40,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(opened.__aexit__(None, None, None))
            runner.run(copy.__aexit__(None, None, None))


def test_a_ledger_that_allows_debt_behaves_like_its_model(postgres: str, template: str) -> None:
    live_through(postgres, template, "allow_negative")


def test_a_ledger_that_clamps_behaves_like_its_model(postgres: str, template: str) -> None:
    live_through(postgres, template, "clamp")
