from collections import Counter
from datetime import timedelta

import pytest

from domain import db
from domain.customers.models import Customer
from domain.earning.claims import claim
from domain.earning.registration import register
from domain.ledger.audit import run
from domain.ledger.posting import Posted
from domain.ledger.requests import RequestKey, Verdict
from domain.ledger.standing import standing
from domain.ledger.sweep import sweep
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.ledger.racing import RACERS, SQL, answers, race, strip_locks
from tests.factories import a_key, a_member, a_program, a_visitor, posted

DAY = timedelta(days=1)


async def _claim(program: Program, member: Customer, request: RequestKey | None = None) -> Verdict:
    return await claim(
        program,
        member.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=MONDAY_NOON,
        request=request or a_key(member.customer_id),
    )


async def _register(program: Program, visitor: Customer) -> Verdict:
    return await register(
        program,
        visitor.customer_id,
        terms_version=program.terms_version,
        channel="telegram",
        now=MONDAY_NOON,
        request=a_key(visitor.customer_id),
    )


async def _movements(customer: Customer) -> list[tuple[str, str, int]]:
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["movements"], customer.customer_id)
    return [(row["kind"], row["action"], row["amount"]) for row in rows]


async def _balance(customer: Customer) -> int:
    return (await standing(customer.customer_id, now=MONDAY_NOON)).balance


async def _assert_claims_pay_once(dsn: str) -> None:
    program = await a_program()
    member = await a_member(program)

    outcomes = await race(dsn, [_claim(program, member) for _ in range(RACERS)])

    assert answers(outcomes) == {201: 1, 409: RACERS - 1}
    assert await _balance(member) == 60
    assert (await _movements(member)).count(("earned", "daily_login", 10)) == 1
    assert await run() == []


async def _assert_spends_do_not_overdraw(dsn: str) -> None:
    member = await a_member(await a_program())

    outcomes = await race(
        dsn, [posted(member.customer_id, -40, now=MONDAY_NOON) for _ in range(RACERS)]
    )

    assert answers(outcomes) == {201: 1, 409: RACERS - 1}
    refused: list[Posted] = [outcome for outcome in outcomes if outcome.status == 409]
    assert {(r.outcome, r.balance) for r in refused} == {("insufficient", 10)}
    assert await _balance(member) == 10
    assert await run() == []


async def test_fifty_claims_at_the_same_moment_pay_once(wide: str) -> None:
    await _assert_claims_pay_once(wide)


async def test_without_the_lock_fifty_claims_would_go_wrong(wide: str) -> None:
    await strip_locks(wide)

    with pytest.raises(AssertionError, match="UniqueViolationError"):
        await _assert_claims_pay_once(wide)


async def test_fifty_spends_of_one_balance_succeed_once(wide: str) -> None:
    await _assert_spends_do_not_overdraw(wide)


async def test_without_the_lock_fifty_spends_would_go_wrong(wide: str) -> None:
    await strip_locks(wide)

    with pytest.raises(AssertionError, match="UniqueViolationError"):
        await _assert_spends_do_not_overdraw(wide)


async def test_one_call_sent_fifty_times_is_answered_fifty_times_alike(wide: str) -> None:
    program = await a_program()
    member = await a_member(program)
    request = a_key(member.customer_id, "tap-1")

    outcomes = await race(wide, [_claim(program, member, request) for _ in range(RACERS)])

    assert [o for o in outcomes if (o.status, o.facts) != (201, outcomes[0].facts)] == []
    assert Counter(o.replayed for o in outcomes) == {False: 1, True: RACERS - 1}
    assert (await _movements(member)).count(("earned", "daily_login", 10)) == 1
    assert await run() == []


async def test_a_chain_of_friends_may_register_at_the_same_moment(wide: str) -> None:
    program = await a_program()
    chain = [await a_visitor(program)]
    for n in range(1, 12):
        later = MONDAY_NOON + timedelta(seconds=n)
        by = f"r_{chain[-1].invite_code}"
        chain.append(await a_visitor(program, now=later, start_param=by))

    # The newest first, so that each waits for a referrer who waits for theirs.
    outcomes = await race(wide, [_register(program, friend) for friend in reversed(chain)])

    assert answers(outcomes) == {201: len(chain)}
    for friend in chain[1:]:
        assert ("earned", "new_member_reward", 50) in await _movements(friend)
    assert await run() == []


async def test_friends_who_register_at_the_same_moment_do_not_pass_the_cap(wide: str) -> None:
    program = await a_program(referral_daily_cap=5)
    referrer = await a_member(program)
    by = f"r_{referrer.invite_code}"
    later = MONDAY_NOON + timedelta(seconds=1)
    friends = [await a_visitor(program, now=later, start_param=by) for _ in range(15)]

    outcomes = await race(wide, [_register(program, friend) for friend in friends])

    assert answers(outcomes) == {201: len(friends)}
    assert (await _movements(referrer)).count(("earned", "referrer_reward", 100)) == 5
    assert await run() == []


async def test_two_sweeps_and_the_customer_expire_a_lot_once(wide: str) -> None:
    member = await a_member(await a_program())
    await posted(member.customer_id, 40, now=MONDAY_NOON, expires_at=MONDAY_NOON + DAY)
    later = MONDAY_NOON + 2 * DAY

    swept_1, swept_2, seen = await race(
        wide, [sweep(now=later), sweep(now=later), standing(member.customer_id, now=later)]
    )

    assert seen.balance == 50
    assert isinstance(swept_1, int)
    assert isinstance(swept_2, int)
    assert (await _movements(member)).count(("expired", "expiry", -40)) == 1
    assert await run() == []


async def test_two_sweeps_post_a_pending_award_once(wide: str) -> None:
    member = await a_member(await a_program())
    matures = MONDAY_NOON + DAY
    await posted(member.customer_id, 40, now=MONDAY_NOON, matures_at=matures)

    swept = await race(wide, [sweep(now=matures), sweep(now=matures)])

    assert all(isinstance(count, int) for count in swept)
    assert (await _movements(member)).count(("earned", "purchase", 40)) == 1
    assert await run() == []
