from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import db
from domain.access.sessions import SignInRequired, open_session, session_of
from domain.customers.models import Customer
from domain.earning.check_in import week
from domain.earning.claims import TermsRequired, claim
from domain.earning.offers import offers
from domain.earning.registration import register
from domain.errors import NotFound
from domain.ledger import corrections, holds
from domain.ledger.requests import KeyReused, RequestKey, Verdict
from domain.ledger.standing import standing
from domain.membership.leaving import leave
from domain.notices import outbox
from domain.programs import Program
from domain.referrals.invitations import invitations
from tests.clock import MONDAY_NOON
from tests.domain.ledger.chronicle import because
from tests.factories import a_key, a_member, a_program, a_visitor, balance_of, posted

NOW = MONDAY_NOON
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def _leaves(
    program: Program, member: Customer, *, now: Any = NOW, request: RequestKey | None = None
) -> Verdict:
    request = request or a_key(member.customer_id)
    return await leave(program, member.customer_id, channel="telegram", now=now, request=request)


async def _registers(program: Program, member: Customer, *, now: Any = NOW) -> Verdict:
    return await register(
        program,
        member.customer_id,
        terms_version=program.terms_version,
        channel="telegram",
        now=now,
        request=a_key(member.customer_id),
    )


async def _checks_in(program: Program, member: Customer, *, now: Any) -> Verdict:
    return await claim(
        program,
        member.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=now,
        request=a_key(member.customer_id),
    )


async def _rows(query: str, *arguments: object) -> list[tuple[Any, ...]]:
    async with db.reading() as connection:
        return [tuple(row) for row in await connection.fetch(query, *arguments)]


async def _story(customer_id: UUID) -> list[tuple[Any, ...]]:
    return await _rows(
        "select kind, action, amount, actor from movement where customer_id = $1 order by seq",
        customer_id,
    )


async def test_who_leaves_loses_their_points_and_is_no_member(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await posted(member.customer_id, 40, now=NOW, expires_at=NOW + DAY)
    await posted(member.customer_id, -10, now=NOW)

    verdict = await _leaves(program, member)

    assert (verdict.status, verdict.facts) == (
        201,
        {"outcome": "left", "points": -80, "balance": 0},
    )
    assert (await _story(member.customer_id))[3:] == [
        ("expired", "opt_out", -30, "customer"),
        ("expired", "opt_out", -50, "customer"),
    ]
    left = await Customer.get(customer_id=member.customer_id)
    assert (left.registered_at, left.terms_version, left.left_at) == (None, None, NOW)
    with pytest.raises(TermsRequired):
        await _checks_in(program, member, now=NOW)


async def test_who_has_no_points_may_leave_too(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await posted(member.customer_id, -50, now=NOW)

    assert (await _leaves(program, member)).facts["points"] == 0


async def test_leaving_is_answered_once(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    request = a_key(member.customer_id, "leave")
    first = await _leaves(program, member, request=request)

    again = await _leaves(program, member, now=NOW + DAY, request=request)
    other = await _leaves(program, member, now=NOW + DAY)

    assert (again.status, again.facts, again.replayed) == (201, first.facts, True)
    assert (other.status, other.facts) == (409, {"code": "not_registered"})
    with pytest.raises(KeyReused):
        await _leaves(program, member, request=a_key(member.customer_id, "leave", "other"))
    assert len(await _story(member.customer_id)) == 2


async def test_a_visitor_has_nothing_to_leave(opened: str) -> None:
    program = await a_program()
    visitor = await a_visitor(program)

    assert (await _leaves(program, visitor)).facts == {"code": "not_registered"}


async def test_nobody_leaves_a_program_that_they_are_not_in(opened: str) -> None:
    member = await a_member(await a_program())

    with pytest.raises(NotFound):
        await _leaves(await a_program(), member)

    assert await balance_of(member) == 50


async def test_what_was_due_is_settled_before(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await posted(member.customer_id, 40, now=NOW, expires_at=NOW + DAY)
    await posted(member.customer_id, 7, now=NOW, matures_at=NOW + DAY)

    verdict = await _leaves(program, member, now=NOW + 2 * DAY)

    assert verdict.facts["points"] == -57
    assert ("expired", "expiry", -40, "system") in await _story(member.customer_id)


async def test_a_debt_stays_a_debt(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    earned = await posted(member.customer_id, 40, now=NOW)
    await posted(member.customer_id, -90, now=NOW)
    await corrections.reverse(
        member.customer_id,
        earned.movement_id or UUID(int=0),
        40,
        because(),
        policy="allow_negative",
        now=NOW,
    )

    verdict = await _leaves(program, member)

    assert (verdict.facts["points"], verdict.facts["balance"]) == (0, -40)
    await _registers(program, member)
    assert await balance_of(member) == -40


async def test_points_on_hold_are_let_go_and_cannot_be_captured(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    held = [
        await holds.hold(member.customer_id, 20, actor="system", now=NOW + n * MINUTE)
        for n in range(2)
    ]

    verdict = await _leaves(program, member, now=NOW + 3 * MINUTE)

    assert verdict.facts["points"] == -50
    stands = await standing(member.customer_id, now=NOW + 3 * MINUTE)
    assert (stands.balance, stands.held) == (0, 0)
    for each in held:
        captured = await holds.capture(
            member.customer_id, UUID(each.facts["hold_id"]), actor="system", now=NOW + 4 * MINUTE
        )
        assert captured.facts["code"] == "hold_released"


async def test_what_was_promised_is_cancelled_for_good(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await posted(
        member.customer_id, 7, now=NOW, matures_at=NOW + DAY, business_key="first_news_read"
    )

    await _leaves(program, member)
    await _registers(program, member)

    assert await balance_of(member, now=NOW + 2 * DAY) == 0
    assert await _rows("select outcome, ended_at from pending_award") == [("cancelled", NOW)]
    again = await posted(member.customer_id, 7, now=NOW + DAY, business_key="first_news_read")
    assert again.outcome == "already"
    returned = await Customer.get(customer_id=member.customer_id)
    states = {o.action.code: o.state for o in await offers(program, returned, now=NOW + DAY)}
    assert (states["first_news_read"], states["first_product_view"]) == ("done", "available")


async def test_who_comes_back_is_a_member_and_is_paid_for_nothing_twice(opened: str) -> None:
    program = await a_program()
    referrer = await a_member(program)
    member = await a_member(program, start_param=f"r_{referrer.invite_code}")
    await _leaves(program, member, now=NOW + DAY)

    back = await _registers(program, member, now=NOW + 2 * DAY)

    assert (back.status, back.facts["points"], back.facts["balance"]) == (201, 0, 0)
    returned = await Customer.get(customer_id=member.customer_id)
    assert (returned.registered_at, returned.left_at) == (NOW + 2 * DAY, None)
    assert await balance_of(referrer, now=NOW + 2 * DAY) == 50 + 20 + 100
    assert (await invitations(referrer.customer_id)).completed == 1
    assert (await _checks_in(program, member, now=NOW + 2 * DAY)).facts["balance"] == 10


async def test_every_consent_and_its_end_is_kept(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await _leaves(program, member, now=NOW + DAY)
    await _registers(program, member, now=NOW + 2 * DAY)

    kept = await _rows(
        "select terms_version, accepted_at, withdrawn_at, withdrawn_through from consent"
        " order by accepted_at"
    )

    assert kept == [(1, NOW, NOW + DAY, "telegram"), (1, NOW + 2 * DAY, None, None)]


async def test_who_leaves_and_comes_back_in_the_same_moment_has_accepted_the_terms(
    opened: str,
) -> None:
    program = await a_program()
    member = await a_member(program)

    verdicts = [(await _leaves(program, member)), (await _registers(program, member))]

    assert [verdict.status for verdict in verdicts] == [201, 201]
    assert await _rows("select withdrawn_at from consent") == [(None,)]


async def test_a_streak_begins_anew_after_coming_back(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    for n in range(3):
        await _checks_in(program, member, now=NOW + n * DAY)
    today = NOW + 2 * DAY
    await _leaves(program, member, now=today)
    await _registers(program, member, now=today)

    seen = await week(program, member.customer_id, now=today)
    again = await _checks_in(program, member, now=today)
    tomorrow = await _checks_in(program, member, now=today + DAY)
    after = await _checks_in(program, member, now=today + 2 * DAY)

    assert (seen.claimed_today, seen.streak_days) == (True, 0)
    assert [day.state for day in seen.days[:4]] == ["done", "done", "done", "coming"]
    assert again.facts["code"] == "already_earned"
    assert (tomorrow.facts["streak_days"], after.facts["streak_days"]) == (1, 2)


async def test_a_referee_who_leaves_before_qualifying_stays_pending_and_may_still_qualify(
    opened: str,
) -> None:
    program = await a_program(qualifying_act="purchase")
    referrer = await a_member(program)
    member = await a_member(program, start_param=f"r_{referrer.invite_code}")

    await _leaves(program, member)

    seen = await invitations(referrer.customer_id)
    assert (seen.pending, seen.cancelled) == (1, 0)
    assert await balance_of(referrer) == 50 + 20


async def test_a_referrer_who_left_is_not_paid_and_the_friend_is(opened: str) -> None:
    program = await a_program()
    referrer = await a_member(program)
    friend = await a_visitor(program, start_param=f"r_{referrer.invite_code}")
    await _leaves(program, referrer)

    joined = await _registers(program, friend)

    assert joined.facts["new_member_points"] == 50
    assert await balance_of(referrer) == 0
    assert [item.reason for item in (await invitations(referrer.customer_id)).items] == [
        "not_registered"
    ]


async def test_who_left_is_signed_out_everywhere(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    session = await open_session(program.id, member.customer_id, channel="telegram", now=NOW)

    await _leaves(program, member)

    with pytest.raises(SignInRequired):
        await session_of(program.id, session.token, now=NOW)


async def test_who_left_hears_nothing_any_more(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await _owes(program, member, "friend_joined")

    await _leaves(program, member)

    assert await outbox.due(program.id, "telegram", now=NOW, limit=10) == []
    assert await _rows("select dropped_at, outcome from notice") == [(NOW, "left")]
    await _owes(program, member, "referral_completed")
    (late,) = await outbox.due(program.id, "telegram", now=NOW, limit=10)
    assert late.unreachable


async def _owes(program: Program, member: Customer, kind: str) -> None:
    async with db.transaction() as connection:
        facts = {"name": "Lan", "points": 20}
        await outbox.owe(connection, member.customer_id, program.id, kind, facts, now=NOW)
