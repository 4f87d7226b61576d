"""Random lives of members: all that happens to an account, and days that close behind them.

They register, leave and come back, check in and are merged; the program changes its zone, and a
server whose clock is late posts just after midnight.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from domain import db, programs
from domain.earning.claims import TermsRequired, claim
from domain.earning.lifetime import start_of
from domain.earning.registration import register
from domain.ledger import closing
from domain.ledger.posting import Posted, Posting, post
from domain.ledger.requests import Verdict
from domain.membership.leaving import leave
from domain.programs import Program, ZoneChangePending
from tests.domain.ledger.test_ledger_machine import (
    AMOUNTS,
    START,
    ZONE,
    LedgerMachine,
    live_through,
)
from tests.factories import a_key, a_program

DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
MINUTES = st.integers(1, 4).map(lambda n: timedelta(minutes=n))
ZONES = st.sampled_from(["America/Los_Angeles", "Asia/Ho_Chi_Minh", ZONE])
DAYS = "select * from closed_day where program_id = $1 order by day"


@dataclass
class _Member:
    """What is known of a customer besides their points."""

    registered: bool = False
    welcomed: bool = False
    dates: set[date] = field(default_factory=set)
    # Whether there was a check-in since the last registration.
    checked_in: bool = False


class _Zone(NamedTuple):
    begins: datetime
    name: str
    floor: date


class MembershipMachine(LedgerMachine):
    program: Program  # type: ignore[misc]  # each life has one of its own: days close for good

    @initialize()
    def open_two_accounts(self) -> None:
        self.program = self.run(a_program(zone=ZONE, now=START))
        self.zones = [_Zone(START - 9 * DAY, ZONE, date.min)]
        self.members: dict[UUID, _Member] = {}
        self.days: list[asyncpg.Record] = []
        super().open_two_accounts()

    def date_at(self, at: datetime) -> date:
        zone = [zone for zone in self.zones if zone.begins <= at][-1]
        return max(zone.floor, at.astimezone(ZoneInfo(zone.name)).date())

    @property
    def member(self) -> _Member:
        return self.members.setdefault(self.customer, _Member())

    @property
    def midnight(self) -> datetime:
        """The first instant after today's date."""
        over: datetime = self.run(
            self._ask("select program_date_over($1, $2)", self.program.id, self.date_at(self.now))
        )
        return over

    @rule(by=MINUTES)
    def midnight_comes_near(self, by: timedelta) -> None:
        self._set_clock(max(self.now, self.midnight - by))

    @rule(by=MINUTES)
    def midnight_passes(self, by: timedelta) -> None:
        self._set_clock(self.midnight + by)

    @rule()
    def one_carries_the_other_on(self) -> None:
        gone = self.members.get(self.other.customer, _Member())
        super().one_carries_the_other_on()
        self.member.welcomed |= gone.welcomed
        self.member.dates |= gone.dates
        self.member.checked_in |= bool(gone.dates)  # check-ins move with the points

    @rule()
    def the_customer_registers(self) -> None:
        verdict = self.run(self._registers())
        if self.member.registered:
            assert verdict.facts == {"code": "already_registered"}
            return
        assert verdict.facts["points"] == (0 if self.member.welcomed else 50)
        if not self.member.welcomed:
            self._earned(self.model.earn(50, action="new_account_registration"))
        self.member.registered = self.member.welcomed = True
        self.member.checked_in = False

    @rule()
    def the_customer_leaves(self) -> None:
        request = a_key(self.customer)
        verdict = self.run(
            leave(self.program, self.customer, channel="test", now=self.now, request=request)
        )
        if not self.member.registered:
            assert verdict.facts == {"code": "not_registered"}
            return
        points = self.model.leave()
        assert verdict.facts == {
            "outcome": "left",
            "points": points,
            "balance": self.model.book.balance,
        }
        self.member.registered = False

    @rule()
    def the_customer_checks_in(self) -> None:
        if not self.member.registered:
            with pytest.raises(TermsRequired):
                self.run(self._claims())
            return
        verdict, today = self.run(self._claims()), self.date_at(self.now)
        if today in self.member.dates:
            assert verdict.facts["code"] == "already_earned"
            return
        assert self.member.checked_in or verdict.facts["streak_days"] == 1
        self._earned(self.model.earn(verdict.facts["points"], action="daily_login"))
        self.member.dates.add(today)
        self.member.checked_in = True

    @rule(zone=ZONES)
    def the_zone_changes(self, zone: str) -> None:
        if self.zones[-1].begins > self.now:
            with pytest.raises(ZoneChangePending):
                self.run(programs.change_zone(self.program, zone, now=self.now))
            return
        today = self.date_at(self.now)
        begins = start_of(today + DAY, self.zones[-1].name)
        assert self.run(programs.change_zone(self.program, zone, now=self.now)) == begins
        self.zones.append(_Zone(begins, zone, today))

    @rule()
    def days_are_closed(self) -> None:
        for each in (self.account, self.other):
            each.model.settle()
        closed = self.run(closing._close(self.program.id, self.now))
        days = self.run(self._days())
        assert days[: len(self.days)] == self.days
        first, today = self.date_at(START - DAY), self.date_at(self.now)
        assert [row["day"] for row in days] == [
            first + n * DAY for n in range((today - first).days)
        ]
        assert closed == len(days) - len(self.days)
        self.days = days
        assert self.date_at(self.floor - TICK) < today <= self.date_at(self.floor)

    @property
    def floor(self) -> datetime:
        """The first instant that no closed day contains."""
        through: datetime = self.run(
            self._ask("select closed_through from closing where program_id = $1", self.program.id)
        )
        return through + TICK

    @precondition(lambda self: self.days)
    @rule(amount=AMOUNTS, by=MINUTES)
    def a_server_whose_clock_is_late_posts(self, amount: int, by: timedelta) -> None:
        stood = self.run(
            self._ask("select last_at from account where customer_id = $1", self.customer)
        )
        at, model = max(self.now - by, stood, self.floor), self.model
        posted = self.run(self._posts_late(self._credit(amount, None), self.now - by))
        assert (posted.at, posted.business_date) == (at, self.date_at(at))
        model.book, model.now = replace(model.book, last_at=at), at
        self._earned(model.earn(amount))
        model.now = self.now

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "days"):
            assert self.run(self._days())[: len(self.days)] == self.days

    def _set_clock(self, now: datetime) -> None:
        self.now = self.account.model.now = self.other.model.now = now

    async def _ask(self, query: str, *arguments: object) -> object:
        async with db.reading() as connection:
            return await connection.fetchval(query, *arguments)

    async def _days(self) -> list[asyncpg.Record]:
        async with db.reading() as connection:
            return await connection.fetch(DAYS, self.program.id)

    async def _registers(self) -> Verdict:
        return await register(
            self.program,
            self.customer,
            terms_version=1,
            channel="test",
            now=self.now,
            request=None,
        )

    async def _claims(self) -> Verdict:
        return await claim(
            self.program,
            self.customer,
            "daily_login",
            evidence=None,
            channel="test",
            now=self.now,
            request=a_key(self.customer),
        )

    async def _posts_late(self, posting: Posting, late: datetime) -> Posted:
        async with db.transaction() as connection:
            return await post(connection, self.customer, posting, now=late)


@pytest.fixture(autouse=True)
def _days_close_at_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "GRACE", timedelta(0))


def test_members_of_a_ledger_that_allows_debt_live_as_their_model(
    postgres: str, template: str
) -> None:
    live_through(postgres, template, "allow_negative", MembershipMachine)


def test_members_of_a_ledger_that_clamps_live_as_their_model(postgres: str, template: str) -> None:
    live_through(postgres, template, "clamp", MembershipMachine)
