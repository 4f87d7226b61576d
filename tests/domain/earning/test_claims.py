import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from domain import db
from domain.content.evidence import read_article, share_product, view_product
from domain.customers.models import Customer
from domain.earning.cap_use import used
from domain.earning.caps import count_use, day_window
from domain.earning.claims import TermsRequired, claim
from domain.earning.decisions import decisions
from domain.earning.rules import change_rule, start_campaign
from domain.errors import NotFound
from domain.ledger.requests import KeyReused, RequestKey, Verdict, request_key
from domain.ledger.standing import standing
from domain.programs import Program
from tests.clock import FixedClock
from tests.factories import a_key, a_member, a_product, a_program, a_visitor, an_article


async def _claims(
    program: Program,
    customer: Customer,
    action: str,
    clock: FixedClock,
    *,
    evidence: str | None = None,
    request: RequestKey | None = None,
) -> Verdict:
    return await claim(
        program,
        customer.customer_id,
        action,
        evidence=evidence,
        channel="telegram",
        now=clock.now(),
        request=request or a_key(customer.customer_id),
    )


async def _balance(customer: Customer, clock: FixedClock) -> int:
    return (await standing(customer.customer_id, now=clock.now())).balance


async def test_a_daily_login_pays_once_a_business_date(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)

    first = await _claims(program, member, "daily_login", clock)
    second = await _claims(program, member, "daily_login", clock)

    assert (first.status, first.facts["points"], first.facts["balance"]) == (201, 10, 60)
    assert (second.status, second.facts["code"]) == (409, "already_earned")
    assert await _balance(member, clock) == 60


async def test_the_seventh_day_in_a_row_brings_the_bonus(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)

    paid = []
    for _ in range(7):
        paid.append((await _claims(program, member, "daily_login", clock)).facts["points"])
        clock.advance(timedelta(days=1))

    assert paid == [10, 10, 10, 10, 10, 10, 60]


async def test_a_repeated_call_gets_its_first_answer(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)
    request = a_key(member.customer_id, "tap-1")

    first = await _claims(program, member, "daily_login", clock, request=request)
    clock.advance(timedelta(days=1))
    again = await _claims(program, member, "daily_login", clock, request=request)

    assert again.facts == first.facts
    assert again.replayed
    assert await _balance(member, clock) == 60


async def test_the_same_key_of_another_caller_is_another_call(
    opened: str, clock: FixedClock
) -> None:
    program = await a_program()
    member = await a_member(program)
    callers = (f"customer:{member.customer_id}", f"telegram:{program.id}")

    verdicts = [
        await _claims(
            program, member, "daily_login", clock, request=request_key(caller, "1", "tap", None)
        )
        for caller in callers
    ]

    assert [v.status for v in verdicts] == [201, 409]
    assert not verdicts[1].replayed
    assert await _balance(member, clock) == 60


async def test_a_key_with_another_body_is_refused(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)
    await _claims(
        program, member, "daily_login", clock, request=a_key(member.customer_id, "k", "one")
    )

    with pytest.raises(KeyReused):
        await _claims(
            program, member, "daily_login", clock, request=a_key(member.customer_id, "k", "two")
        )

    assert await _balance(member, clock) == 60


async def test_before_the_terms_nothing_is_paid(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    visitor = await a_visitor(program)

    with pytest.raises(TermsRequired):
        await _claims(program, visitor, "daily_login", clock)

    assert await _balance(visitor, clock) == 0


async def test_a_view_counts_after_its_time_and_once_ever(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)
    product = await a_product(program)
    seen = await view_product(program, member.customer_id, product.id, now=clock.now())

    hasty = await _claims(program, member, "first_product_view", clock, evidence=seen.token)
    clock.set(seen.claim_after)
    paid = await _claims(program, member, "first_product_view", clock, evidence=seen.token)
    again = await _claims(program, member, "first_product_view", clock, evidence=seen.token)

    assert (hasty.status, hasty.facts["code"]) == (422, "too_soon")
    assert (paid.status, paid.facts["points"]) == (201, 10)
    assert (again.status, again.facts["code"]) == (409, "already_earned")
    assert await _balance(member, clock) == 60


@pytest.mark.parametrize(
    ("_case", "token"), [("none", None), ("empty", ""), ("not ours", "AAAA"), ("words", "é")]
)
async def test_without_evidence_of_ours_nothing_is_paid(
    opened: str, clock: FixedClock, _case: str, token: str | None
) -> None:
    program = await a_program()
    member = await a_member(program)

    verdict = await _claims(program, member, "first_news_read", clock, evidence=token)

    assert verdict.status == 422
    assert await _balance(member, clock) == 50


async def test_evidence_of_another_customer_or_another_act_does_not_count(
    opened: str, clock: FixedClock
) -> None:
    program = await a_program()
    member, other = await a_member(program), await a_member(program)
    article, product = await an_article(program), await a_product(program)
    read = await read_article(program, other.customer_id, article.id, now=clock.now())
    shared = await share_product(program, member.customer_id, product.id, now=clock.now())
    clock.advance(timedelta(minutes=1))

    borrowed = await _claims(program, member, "first_news_read", clock, evidence=read.token)
    mistaken = await _claims(program, member, "first_news_read", clock, evidence=shared.token)

    assert [v.facts["code"] for v in (borrowed, mistaken)] == ["evidence_invalid"] * 2
    assert await _balance(member, clock) == 50


async def test_fifty_claims_at_once_pay_one(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)

    verdicts = await asyncio.gather(
        *(_claims(program, member, "daily_login", clock) for _ in range(50))
    )

    assert sorted(v.status for v in verdicts) == [201] + [409] * 49
    assert await _balance(member, clock) == 60


async def test_a_holding_period_keeps_points_pending_until_they_mature(
    opened: str, clock: FixedClock
) -> None:
    program = await a_program()
    await change_rule(program.id, "daily_login", now=clock.now(), by="system", holding_days=3)
    member = await a_member(program)

    verdict = await _claims(program, member, "daily_login", clock)
    waiting = await standing(member.customer_id, now=clock.now())
    clock.advance(timedelta(days=3))
    matured = await standing(member.customer_id, now=clock.now())

    assert verdict.facts["outcome"] == "pending"
    assert (waiting.balance, waiting.pending) == (50, 10)
    assert (matured.balance, matured.pending) == (60, 0)


async def test_every_attempt_is_in_the_decision_log(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)

    await _claims(program, member, "daily_login", clock)
    await _claims(program, member, "daily_login", clock)
    await _claims(program, member, "first_product_view", clock)
    logged = await decisions(member.customer_id)

    verdicts = [(d.action, d.verdict) for d in logged]
    assert verdicts[:3] == [
        ("first_product_view", "evidence_missing"),
        ("daily_login", "already_earned"),
        ("daily_login", "posted"),
    ]


async def test_a_daily_cap_is_kept(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    await change_rule(program.id, "daily_login", now=clock.now(), by="system", daily_cap=1)
    member = await a_member(program)

    first = await _claims(program, member, "daily_login", clock)
    second = await _claims(program, member, "daily_login", clock)

    assert first.status == 201
    assert second.facts["code"] == "daily_cap_reached"
    async with db.reading() as connection:
        assert await connection.fetchval("select max(used) from cap_use") == 1


async def test_what_a_cap_refuses_keeps_its_evidence(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member, article = await a_member(program), await an_article(program)
    await change_rule(program.id, "first_news_read", now=clock.now(), by="staff", daily_cap=1)
    async with db.transaction() as connection:
        today = day_window(clock.now().date())
        await count_use(connection, member.customer_id, "first_news_read", {today: 1})
    read = await read_article(program, member.customer_id, article.id, now=clock.now())
    clock.set(read.claim_after)

    capped = await _claims(program, member, "first_news_read", clock, evidence=read.token)
    await change_rule(program.id, "first_news_read", now=clock.now(), by="staff", daily_cap=None)
    paid = await _claims(program, member, "first_news_read", clock, evidence=read.token)

    assert (capped.status, capped.facts["code"]) == (409, "daily_cap_reached")
    assert (paid.status, paid.facts["points"]) == (201, 20)


async def test_what_was_refused_uses_up_no_cap(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)
    await change_rule(program.id, "daily_login", now=clock.now(), by="staff", daily_cap=5)

    for _ in range(3):
        await _claims(program, member, "daily_login", clock)

    assert await used(member.customer_id, "daily_login", (day_window(clock.now().date()),)) == (1,)


@pytest.mark.parametrize("action", ["", "nothing", "referrer_reward", "manual_adjustment"])
async def test_what_nobody_can_claim_is_not_there(
    opened: str, clock: FixedClock, action: str
) -> None:
    program = await a_program()
    member = await a_member(program)

    with pytest.raises(NotFound):
        await _claims(program, member, action, clock)

    assert await _balance(member, clock) == 50


async def test_evidence_that_is_over_does_not_count(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member, article = await a_member(program), await an_article(program)
    read = await read_article(program, member.customer_id, article.id, now=clock.now())
    clock.set(read.claim_after + timedelta(days=1, seconds=1))

    verdict = await _claims(program, member, "first_news_read", clock, evidence=read.token)

    assert (verdict.status, verdict.facts["code"]) == (422, "evidence_invalid")
    assert await _balance(member, clock) == 50


async def test_a_claim_too_soon_may_be_made_again_with_its_key(
    opened: str, clock: FixedClock
) -> None:
    program = await a_program()
    member, article = await a_member(program), await an_article(program)
    read = await read_article(program, member.customer_id, article.id, now=clock.now())
    request = a_key(member.customer_id, "tap")

    hasty = await _claims(
        program, member, "first_news_read", clock, evidence=read.token, request=request
    )
    clock.set(read.claim_after)
    ripe = await _claims(
        program, member, "first_news_read", clock, evidence=read.token, request=request
    )

    assert (hasty.status, hasty.facts["claim_after"]) == (422, read.claim_after.isoformat())
    assert (ripe.status, ripe.replayed) == (201, False)


async def test_a_campaign_counts_while_it_runs(opened: str, clock: FixedClock) -> None:
    program = await a_program()
    member = await a_member(program)
    await start_campaign(
        program.id,
        name="Twice and a half",
        action="daily_login",
        multiplier=Decimal("2.55"),
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(days=1),
        created_at=clock.now(),
    )

    first = await _claims(program, member, "daily_login", clock)
    clock.advance(timedelta(days=1))
    second = await _claims(program, member, "daily_login", clock)

    assert (first.facts["points"], second.facts["points"]) == (25, 10)
