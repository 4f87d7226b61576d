import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain import db
from domain.customers.models import Customer
from domain.earning.claims import claim
from domain.earning.decisions import decisions
from domain.earning.registration import TermsChanged, register
from domain.earning.rules import change_rule
from domain.errors import NotFound
from domain.ids import new_id
from domain.ledger.audit import run as audit
from domain.ledger.requests import KeyReused, Verdict
from domain.ledger.standing import standing
from domain.programs import Program
from domain.referrals.invitations import invitations
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program, a_visitor, balance_of, posted

NOW = MONDAY_NOON
DAY = timedelta(days=1)


async def _joins(program: Program, customer: Customer, **how: Any) -> Verdict:
    values = {"terms_version": 1, "channel": "telegram", "now": NOW, "request": None, **how}
    return await register(program, customer.customer_id, **values)


async def _friend(program: Program, inviter: Customer, **how: Any) -> Customer:
    return await a_visitor(program, start_param=f"r_{inviter.invite_code}", **how)


async def _consents() -> list[tuple[UUID, int]]:
    async with db.reading() as connection:
        rows = await connection.fetch("select customer_id, terms_version from consent")
    return [(row["customer_id"], row["terms_version"]) for row in rows]


async def test_who_accepts_the_terms_is_a_member_and_is_paid(opened: str) -> None:
    program = await a_program()
    visitor = await a_visitor(program)

    verdict = await _joins(program, visitor)

    assert (verdict.status, verdict.facts) == (
        201,
        {"outcome": "registered", "points": 50, "new_member_points": 0, "balance": 50},
    )
    member = await Customer.get(customer_id=visitor.customer_id)
    assert (member.registered_at, member.terms_version) == (NOW, 1)
    assert await _consents() == [(visitor.customer_id, 1)]
    assert await balance_of(member) == 50


async def test_a_second_registration_pays_nothing(opened: str) -> None:
    program = await a_program()
    visitor = await a_visitor(program)

    verdicts = [await _joins(program, visitor, now=NOW + n * DAY) for n in range(2)]

    assert [v.status for v in verdicts] == [201, 409]
    assert verdicts[1].facts == {"code": "already_registered"}
    assert len(await _consents()) == 1
    assert await balance_of(visitor, now=NOW + DAY) == 50


async def test_ten_registrations_at_once_pay_one(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friend = await _friend(program, inviter)

    verdicts = await asyncio.gather(*(_joins(program, friend) for _ in range(10)))

    assert sorted(v.status for v in verdicts) == [201] + [409] * 9
    assert await balance_of(friend) == 50 + 50
    assert await balance_of(inviter) == 50 + 20 + 100


async def test_other_terms_than_those_in_force_are_refused(opened: str) -> None:
    program = await a_program(terms_version=2)
    visitor = await a_visitor(program)

    with pytest.raises(TermsChanged):
        await _joins(program, visitor, terms_version=1)

    assert await _consents() == []
    assert await balance_of(visitor) == 0
    assert (await _joins(program, visitor, terms_version=2)).status == 201


async def test_a_repeated_call_is_answered_alike_even_when_the_terms_have_changed(
    opened: str,
) -> None:
    program = await a_program()
    visitor = await a_visitor(program)
    request = a_key(visitor.customer_id, "tap")
    first = await _joins(program, visitor, request=request)
    program.terms_version = 2

    again = await _joins(program, visitor, request=request)
    other_key = await _joins(program, visitor, request=a_key(visitor.customer_id))
    with pytest.raises(KeyReused):
        await _joins(program, visitor, request=a_key(visitor.customer_id, "tap", "else"))

    assert (again.status, again.facts, again.replayed) == (201, first.facts, True)
    assert other_key.facts["code"] == "already_registered"
    assert await balance_of(visitor) == 50


async def test_nobody_registers_a_customer_who_is_not_there(opened: str) -> None:
    program = await a_program()

    with pytest.raises(NotFound):
        await register(
            program, new_id(), terms_version=1, channel="telegram", now=NOW, request=None
        )


async def test_a_friend_and_who_invited_them_are_paid_together(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friend = await _friend(program, inviter, name="Kim")

    verdict = await _joins(program, friend, now=NOW + DAY)

    assert verdict.facts == {
        "outcome": "registered",
        "points": 100,
        "new_member_points": 50,
        "balance": 100,
    }
    assert await balance_of(friend, now=NOW + DAY) == 100
    assert await balance_of(inviter, now=NOW + DAY) == 50 + 20 + 100
    mine = await invitations(inviter.customer_id)
    assert [(i.name, i.status, i.reason, i.at) for i in mine.items] == [
        ("Kim", "complete", None, NOW + DAY)
    ]
    async with db.reading() as connection:
        owed = await connection.fetchrow("select * from notice where kind = 'referral_completed'")
    assert owed
    assert owed["facts"] == {"name": "Kim", "points": 100}


async def test_a_registration_that_does_not_commit_leaves_nothing(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friend = await _friend(program, inviter)

    async def dies() -> None:
        async with db.transaction():
            await _joins(program, friend)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await dies()

    assert await _consents() == [(inviter.customer_id, 1)]
    assert (await balance_of(friend), await balance_of(inviter)) == (0, 70)
    assert (await invitations(inviter.customer_id)).pending == 1
    assert (await _joins(program, friend)).facts["points"] == 100


async def test_if_only_a_purchase_qualifies_a_registration_leaves_the_referral_pending(
    opened: str,
) -> None:
    program = await a_program(qualifying_act="purchase")
    inviter = await a_member(program)
    friend = await _friend(program, inviter)

    verdict = await _joins(program, friend)

    assert verdict.facts["points"] == 50
    assert (await invitations(inviter.customer_id)).pending == 1
    assert await balance_of(inviter) == 70


async def test_a_cancelled_referral_pays_nobody(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friend = await _friend(program, inviter)
    async with db.transaction() as connection:
        await connection.execute("update referral set status = 'cancelled', cancelled_at = $1", NOW)

    verdict = await _joins(program, friend)

    assert verdict.facts["points"] == 50
    assert await balance_of(inviter) == 70
    assert (await invitations(inviter.customer_id)).cancelled == 1


async def test_a_referral_cancelled_while_the_friend_waits_pays_nobody(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friend = await _friend(program, inviter)
    rival = await asyncpg.connect(opened)
    async with rival.transaction():
        await rival.execute("select from account order by customer_id for update")
        waiting = asyncio.create_task(_joins(program, friend))
        await _until_somebody_waits(rival)
        await rival.execute("update referral set status = 'cancelled', cancelled_at = $1", NOW)

    assert (await waiting).facts["points"] == 50
    assert await balance_of(inviter) == 70
    await rival.close()


async def _until_somebody_waits(connection: asyncpg.Connection) -> None:
    async with asyncio.timeout(10):
        while not await connection.fetchval(
            "select count(*) from pg_locks where not granted and locktype = 'transactionid'"
        ):
            await asyncio.sleep(0.01)


async def test_an_inviter_above_the_cap_is_not_paid_but_the_friend_is(opened: str) -> None:
    program = await a_program(referral_daily_cap=1)
    inviter = await a_member(program)
    friends = [await _friend(program, inviter) for _ in range(2)]

    verdicts = [await _joins(program, friend) for friend in friends]

    assert [v.facts["points"] for v in verdicts] == [100, 100]
    assert await balance_of(inviter) == 50 + 20 + 100
    found = await invitations(inviter.customer_id)
    assert found.completed == 2
    assert [i.reason for i in found.items] == ["daily_cap", None]
    log = await decisions(inviter.customer_id)
    assert ("referrer_reward", "daily_cap") in [(d.action, d.verdict) for d in log]


async def test_an_inviter_who_has_not_registered_is_not_paid_but_the_friend_is(
    opened: str,
) -> None:
    program = await a_program()
    inviter = await a_visitor(program)
    friend = await _friend(program, inviter)

    verdict = await _joins(program, friend)
    await _joins(program, inviter)

    assert verdict.facts["points"] == 100
    assert await balance_of(inviter) == 50
    assert [i.reason for i in (await invitations(inviter.customer_id)).items] == ["not_registered"]


async def test_a_hold_keeps_both_rewards_pending(opened: str) -> None:
    program = await a_program(referral_hold_days=7)
    inviter = await a_member(program)
    friend = await _friend(program, inviter)

    await _joins(program, friend)

    for customer, pending, later in ((friend, 50, 100), (inviter, 20 + 100, 170)):
        now = await standing(customer.customer_id, now=NOW)
        assert (now.balance, now.pending) == (50, pending)
        assert await balance_of(customer, now=NOW + 7 * DAY) == later


async def test_points_that_are_over_before_their_hold_expire_when_it_ends(opened: str) -> None:
    program = await a_program()
    await change_rule(
        program.id,
        "new_account_registration",
        now=NOW,
        by="staff",
        holding_days=30,
        lifetime_kind="date",
        lifetime_on=(NOW + DAY).date(),
    )
    visitor = await a_visitor(program)

    verdict = await _joins(program, visitor)

    assert verdict.status == 201
    assert (await standing(visitor.customer_id, now=NOW)).pending == 50
    after = await standing(visitor.customer_id, now=NOW + 31 * DAY)
    assert (after.balance, after.pending) == (0, 0)
    assert await audit() == []


async def test_a_program_that_pays_nothing_for_joining_says_the_balance_all_the_same(
    opened: str,
) -> None:
    program = await a_program()
    await change_rule(program.id, "new_account_registration", now=NOW, by="staff", enabled=False)
    visitor = await a_visitor(program)
    await posted(visitor.customer_id, 7, now=NOW)

    verdict = await _joins(program, visitor)

    assert (verdict.facts["points"], verdict.facts["balance"]) == (0, 7)


async def test_many_friends_join_at_once_while_the_inviter_checks_in(opened: str) -> None:
    program = await a_program()
    inviter = await a_member(program)
    friends = [await _friend(program, inviter) for _ in range(12)]
    login = claim(
        program,
        inviter.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=NOW,
        request=a_key(inviter.customer_id),
    )

    verdicts = await asyncio.gather(login, *(_joins(program, friend) for friend in friends))

    assert all(v.status == 201 for v in verdicts)
    assert await balance_of(inviter) == 50 + 12 * (20 + 100) + 10
    assert await audit() == []


async def test_a_chain_of_invitations_joins_at_once_without_a_deadlock(opened: str) -> None:
    program = await a_program()
    chain = [await a_visitor(program)]
    for _ in range(6):
        chain.append(await _friend(program, chain[-1]))

    verdicts = await asyncio.gather(*(_joins(program, each) for each in reversed(chain)))

    assert all(v.status == 201 for v in verdicts)
    assert [v.facts["new_member_points"] for v in verdicts] == [50] * 6 + [0]
    assert await audit() == []
