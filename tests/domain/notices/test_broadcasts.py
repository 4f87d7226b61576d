import asyncio
from datetime import timedelta
from typing import Any

import pytest

from domain.access import staff
from domain.access.models import AuditEntry, Staff
from domain.access.roles import Forbidden
from domain.customers.enrolment import mark_unreachable
from domain.customers.models import Customer
from domain.errors import InvalidInput, NotFound
from domain.notices import broadcasts, recipients
from domain.notices.broadcasts import Audience, Broadcast, NotPossibleNow
from domain.notices.preferences import mute
from domain.notices.recipients import LEASE, Recipient
from domain.notices.wording import UnknownPlaceholder, Words
from domain.programs import Program
from tests.clock import MONDAY_NOON as NOON
from tests.factories import a_member, a_program, a_visitor

TODAY = NOON.date()
TOMORROW = NOON + timedelta(days=1)
VI = Words("Chào {name}!", "Hôm nay {program} giảm giá.")


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.fixture
async def manager(program: Program) -> Staff:
    return await staff.create_staff(program, login="lan", name="Lan Anh", role="manager", now=NOON)


async def _plan(program: Program, by: Staff, **how: str | None) -> Broadcast:
    values = {"screen": "news", "locale": None, **how}
    return await broadcasts.plan(program, {"vi": VI}, **values, by=by, now=NOON)


async def _begun(program: Program, by: Staff, **how: str | None) -> Broadcast:
    plan = await _plan(program, by, **how)
    return await broadcasts.confirm(program, plan.id, by=by, now=NOON)


async def _held(plan: Broadcast, limit: int = 10) -> list[Recipient]:
    waiting = await recipients.waiting(plan, now=NOON, limit=limit)
    return await recipients.hold(plan, waiting, today=TODAY, tomorrow=TOMORROW, now=NOON)


async def test_a_plan_reaches_members_who_can_and_want_to_be_reached(
    program: Program, manager: Staff
) -> None:
    an, lan, binh = [await a_member(program, name=name) for name in ("An", "Lan", "Bình")]
    await a_visitor(program, name="not joined")
    await a_member(await a_program(), name="of another program")
    await mute(lan.customer_id, "broadcast", True)
    await mark_unreachable(binh.customer_id, "telegram", now=NOON)

    plan = await _plan(program, manager)
    assert await broadcasts.audience(plan) == Audience(reached=1, muted=1, unreachable=1)
    begun = await broadcasts.confirm(program, plan.id, by=manager, now=NOON)

    assert (begun.status, begun.recipients) == ("sending", 1)
    assert [who.customer_id for who in await _held(begun)] == [an.customer_id]


async def test_a_plan_may_be_for_one_language(program: Program, manager: Staff) -> None:
    await a_member(program, name="An", locale="vi")
    await a_member(program, name="Ann", locale="en")

    begun = await _begun(program, manager, locale="en")

    assert [who.name for who in await _held(begun)] == ["Ann"]


async def test_a14_nothing_is_sent_before_it_is_confirmed(program: Program, manager: Staff) -> None:
    await a_member(program)

    await _plan(program, manager)

    assert await recipients.under_way(program.id) == []


async def test_a14_a_broken_text_is_no_plan(program: Program, manager: Staff) -> None:
    with pytest.raises(UnknownPlaceholder):
        await broadcasts.plan(
            program,
            {"vi": VI, "en": Words("Hello {nmae}", "")},
            screen=None,
            locale=None,
            by=manager,
            now=NOON,
        )
    with pytest.raises(InvalidInput):
        await broadcasts.plan(program, {}, screen=None, locale=None, by=manager, now=NOON)
    assert await broadcasts.broadcasts(program) == []


async def test_who_reads_the_other_language_gets_the_one_that_there_is(
    program: Program, manager: Staff
) -> None:
    plan = await _plan(program, manager)

    assert plan.words("en") == VI


async def test_confirming_twice_at_once_lays_everybody_down_once(
    program: Program, manager: Staff
) -> None:
    for _ in range(5):
        await a_member(program)
    plan = await _plan(program, manager)

    answers = await asyncio.gather(
        *[broadcasts.confirm(program, plan.id, by=manager, now=NOON) for _ in range(5)],
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers].count(NotPossibleNow) == 4
    assert (await recipients.progress(plan)).total == 5


async def test_many_senders_at_once_hold_each_customer_once(
    program: Program, manager: Staff
) -> None:
    for _ in range(12):
        await a_member(program)
    begun = await _begun(program, manager)

    rounds = await asyncio.gather(*[_held(begun, limit=12) for _ in range(5)])

    held = [who.customer_id for each in rounds for who in each]
    assert len(held) == len(set(held)) == 12


async def test_who_was_held_is_never_held_again_and_counts_as_unknown_after_the_lease(
    program: Program, manager: Staff
) -> None:
    await a_member(program)
    begun = await _begun(program, manager)
    (who,) = await _held(begun)

    assert await recipients.give_up_lost(begun, now=NOON + LEASE / 2) == 0
    assert not await recipients.finish(begun, now=NOON)
    assert await recipients.give_up_lost(begun, now=NOON + LEASE) == 1

    assert (await recipients.progress(begun)).unknown == 1
    assert await recipients.waiting(begun, now=NOON + 2 * LEASE, limit=10) == []
    await recipients.put_back(who, until=NOON)
    assert await recipients.waiting(begun, now=NOON + 2 * LEASE, limit=10) == []


async def test_an_outcome_that_comes_late_is_the_truth(program: Program, manager: Staff) -> None:
    await a_member(program)
    begun = await _begun(program, manager)
    (who,) = await _held(begun)
    await recipients.give_up_lost(begun, now=NOON + LEASE)

    await recipients.settle(who, "sent")

    progress = await recipients.progress(begun)
    assert (progress.sent, progress.unknown) == (1, 0)


async def test_who_certainly_got_nothing_waits_on(program: Program, manager: Staff) -> None:
    await a_member(program)
    begun = await _begun(program, manager)
    (who,) = await _held(begun)

    await recipients.put_back(who, until=NOON + timedelta(seconds=30))

    assert await recipients.waiting(begun, now=NOON, limit=10) == []
    later = NOON + timedelta(seconds=30)
    assert await recipients.waiting(begun, now=later, limit=10) == [who.customer_id]


async def test_a_second_broadcast_of_the_day_comes_tomorrow(
    program: Program, manager: Staff
) -> None:
    await a_member(program)
    first, second = await _begun(program, manager), await _begun(program, manager)
    (who,) = await _held(first)
    await recipients.settle(who, "sent")

    assert await _held(second) == []
    assert await recipients.waiting(second, now=TOMORROW - LEASE, limit=10) == []
    assert await recipients.waiting(second, now=TOMORROW, limit=10) == [who.customer_id]


async def test_it_ends_when_nobody_waits_any_more(program: Program, manager: Staff) -> None:
    await a_member(program)
    begun = await _begun(program, manager)
    assert not await recipients.finish(begun, now=NOON)
    (who,) = await _held(begun)
    await recipients.settle(who, "refused", "no such thing")

    assert await recipients.finish(begun, now=NOON)
    ended = await broadcasts.broadcast(program, begun.id)
    assert (ended.status, ended.ended_at) == ("finished", NOON)


async def test_it_pauses_goes_on_and_is_cancelled_for_good(
    program: Program, manager: Staff
) -> None:
    await a_member(program)
    begun = await _begun(program, manager)
    how: dict[str, Any] = {"by": manager, "now": NOON}

    await broadcasts.pause(program, begun.id, **how)
    assert await recipients.under_way(program.id) == []
    await broadcasts.resume(program, begun.id, **how)
    assert [each.id for each in await recipients.under_way(program.id)] == [begun.id]
    cancelled = await broadcasts.cancel(program, begun.id, **how)

    assert (cancelled.status, cancelled.ended_at) == ("cancelled", NOON)
    for act in (broadcasts.pause, broadcasts.resume, broadcasts.cancel, broadcasts.confirm):
        with pytest.raises(NotPossibleNow):
            await act(program, begun.id, **how)
    assert (await recipients.progress(begun)).waiting == 1


async def test_only_who_may_send_broadcasts_does(program: Program, manager: Staff) -> None:
    analyst = await staff.create_staff(program, login="vy", name="Vy", role="analyst", now=NOON)
    plan = await _plan(program, manager)

    with pytest.raises(Forbidden):
        await _plan(program, analyst)
    for act in (broadcasts.confirm, broadcasts.pause, broadcasts.resume, broadcasts.cancel):
        with pytest.raises(Forbidden):
            await act(program, plan.id, by=analyst, now=NOON)


async def test_another_programs_broadcast_does_not_exist(program: Program, manager: Staff) -> None:
    other = await a_program()
    theirs = await staff.create_staff(other, login="bo", name="Bo", role="owner", now=NOON)
    plan = await _plan(program, manager)

    with pytest.raises(NotFound):
        await broadcasts.broadcast(other, plan.id)
    for act in (broadcasts.confirm, broadcasts.pause, broadcasts.resume, broadcasts.cancel):
        with pytest.raises(NotFound):
            await act(other, plan.id, by=theirs, now=NOON)
    assert await broadcasts.broadcasts(other) == []


async def test_every_step_of_it_stands_in_the_audit_log(program: Program, manager: Staff) -> None:
    await a_member(program)
    begun = await _begun(program, manager)
    await broadcasts.cancel(program, begun.id, by=manager, now=NOON)

    entries = await AuditEntry.filter(act__startswith="broadcast_").order_by("id")

    assert [(e.act, e.facts.get("before"), e.facts.get("after")) for e in entries] == [
        ("broadcast_planned", None, None),
        ("broadcast_confirmed", "draft", None),
        ("broadcast_turned", "sending", "cancelled"),
    ]
    assert {e.facts["broadcast"] for e in entries} == {str(begun.id)}


async def test_nobody_to_reach_is_over_at_once(program: Program, manager: Staff) -> None:
    begun = await _begun(program, manager)

    assert begun.recipients == 0
    assert await recipients.finish(begun, now=NOON)
    assert await Customer.all().count() == 0
