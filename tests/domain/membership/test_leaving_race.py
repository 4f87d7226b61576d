"""Leaving, claiming and spending at the same moment."""

from collections.abc import AsyncIterator

import pytest

from domain import db, secrets
from domain.customers.models import Customer
from domain.earning.claims import TermsRequired, claim
from domain.ledger.audit import run as audit
from domain.ledger.posting import Posted
from domain.ledger.requests import Verdict
from domain.membership.leaving import leave
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.ledger.racing import race, strip_locks
from tests.factories import a_key, a_member, a_program, balance_of, posted

EACH = 10


@pytest.fixture
async def wide(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """The pool, open with more connections than the race has racers."""
    secrets.configure("a secret that only tests know")
    monkeypatch.setitem(db._SESSION, "lock_timeout", "60s")
    async with db.opened(database, pool_size=3 * EACH + 10):
        yield database


async def _leaves(program: Program, member: Customer) -> Verdict:
    request = a_key(member.customer_id)
    return await leave(
        program, member.customer_id, channel="telegram", now=MONDAY_NOON, request=request
    )


async def _claims(program: Program, member: Customer) -> Verdict:
    return await claim(
        program,
        member.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=MONDAY_NOON,
        request=a_key(member.customer_id),
    )


async def _spends(member: Customer) -> Posted:
    return await posted(member.customer_id, -20, now=MONDAY_NOON)


async def _assert_one_leaves_and_nothing_is_left(dsn: str) -> None:
    program = await a_program()
    member = await a_member(program)
    attempts = [
        attempt
        for _ in range(EACH)
        for attempt in (_claims(program, member), _leaves(program, member), _spends(member))
    ]

    outcomes = await race(dsn, attempts)

    claims, leaves, spends = outcomes[0::3], outcomes[1::3], outcomes[2::3]
    assert sorted(verdict.status for verdict in leaves) == [201] + [409] * (EACH - 1)
    assert {type(each) for each in claims} <= {Verdict, TermsRequired}
    assert {each.outcome for each in spends} <= {"posted", "insufficient"}
    earned = 50 + 10 * sum(isinstance(c, Verdict) and c.status == 201 for c in claims)
    spent = 20 * sum(each.outcome == "posted" for each in spends)
    (left,) = (verdict for verdict in leaves if verdict.status == 201)
    assert left.facts == {"outcome": "left", "points": spent - earned, "balance": 0}
    assert await balance_of(member) == 0
    assert await audit() == []


async def test_leaving_claiming_and_spending_at_once_leaves_nothing_behind(wide: str) -> None:
    await _assert_one_leaves_and_nothing_is_left(wide)


async def test_without_the_lock_something_would_go_wrong(wide: str) -> None:
    await strip_locks(wide)

    with pytest.raises((AssertionError, AttributeError)):
        await _assert_one_leaves_and_nothing_is_left(wide)
