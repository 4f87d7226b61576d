from datetime import timedelta
from uuid import uuid4

import pytest

from domain.customers.models import Customer
from domain.earning.claims import claim
from domain.earning.entry import Entry, entry
from domain.errors import NotFound
from domain.ledger.corrections import Correction, reimburse
from domain.ledger.statement import movements
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program, posted

LATER = MONDAY_NOON + timedelta(days=30)


async def _check_in(program: Program, an: Customer) -> Entry:
    verdict = await claim(
        program,
        an.customer_id,
        "daily_login",
        evidence=None,
        channel="test",
        now=MONDAY_NOON,
        request=a_key(an.customer_id),
    )
    page = await movements(an.customer_id)
    newest = page.items[0]
    assert str(newest.id) == verdict.facts["movement_id"]
    return await entry(an.customer_id, newest.id)


async def test_an_earning_tells_its_rule_and_what_it_opened(opened: str) -> None:
    program = await a_program(lifetime={"lifetime_kind": "days", "lifetime_count": 30})
    an = await a_member(program)

    found = await _check_in(program, an)

    assert (found.balance_before, found.amount, found.balance_after) == (50, 10, 60)
    assert (found.rule_version, found.rule_points) == (1, 10)
    assert found.decided["streak_days"] == 1
    (lot,) = found.opened
    assert (lot.amount, lot.remaining) == (10, 10)
    assert lot.expires_at is not None
    assert (found.taken, found.corrects, found.corrected_by) == ((), None, ())


async def test_a_spend_tells_where_its_points_came_from(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id
    sold = await posted(an, 30, now=MONDAY_NOON, expires_at=LATER)
    used = await posted(an, -40, now=MONDAY_NOON)
    assert used.movement_id

    found = await entry(an, used.movement_id)

    assert found.taken[0].movement_id == sold.movement_id
    assert [(part.amount, part.action) for part in found.taken] == [
        (30, "purchase"),
        (10, "new_account_registration"),
    ]


async def test_a_correction_and_what_it_corrects_know_each_other(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id
    used = await posted(an, -40, now=MONDAY_NOON)
    assert used.movement_id
    correction = Correction(business_key="gift:1", actor="system")
    await reimburse(an, used.movement_id, 15, correction, now=MONDAY_NOON)
    page = await movements(an, kind="reimbursed")

    back = await entry(an, page.items[0].id)
    spent = await entry(an, used.movement_id)

    assert back.corrects
    assert back.corrects.id == used.movement_id
    assert [(one.kind, one.amount) for one in spent.corrected_by] == [("reimbursed", 15)]


async def test_a_movement_of_somebody_else_is_not_found(opened: str) -> None:
    program = await a_program()
    an, binh = await a_member(program), await a_member(program)
    theirs = (await movements(binh.customer_id)).items[0]

    for movement_id in (theirs.id, uuid4()):
        with pytest.raises(NotFound):
            await entry(an.customer_id, movement_id)
