from datetime import date
from uuid import uuid4

import pytest

from domain.errors import InvalidInput
from domain.reporting.movements import KINDS, Question, movements_of
from domain.reporting.periods import period
from domain.reporting.referrals import referrals_of
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program, posted

MARCH = period(date(2026, 3, 1), date(2026, 3, 31))


async def test_the_newest_movement_stands_first_with_its_customer(opened: str) -> None:
    program = await a_program()
    customer = await a_member(program, name="Ngọc Ánh")
    await posted(customer.customer_id, 40, now=MONDAY_NOON)
    await posted(customer.customer_id, -15, now=MONDAY_NOON, action="discount")

    page = await movements_of(program, MARCH, Question())

    assert [(row.kind, row.amount) for row in page.rows][:2] == [("redeemed", -15), ("earned", 40)]
    assert {row.customer for row in page.rows} == {"Ngọc Ánh"}
    assert page.rows[0].current_balance == page.rows[0].balance_after == 75
    assert (page.amount, page.count, page.next) == (75, 3, None)


async def test_a_question_narrows_by_day_kind_action_and_customer(opened: str) -> None:
    program = await a_program()
    one, other = await a_member(program), await a_member(program)
    await posted(one.customer_id, 40, now=MONDAY_NOON)
    await posted(other.customer_id, 60, now=MONDAY_NOON)

    async def count(question: Question) -> int:
        return (await movements_of(program, MARCH, question)).count

    assert await count(Question()) == 4
    assert await count(Question(customer_id=one.customer_id)) == 2
    assert await count(Question(customer_id=one.customer_id, action="purchase")) == 1
    assert await count(Question(kinds=("redeemed",))) == 0
    assert await count(Question(on=date(2026, 3, 2))) == 4
    assert await count(Question(on=date(2026, 3, 3))) == 0
    assert await count(Question(on=date(2026, 2, 28))) == 0
    assert await count(Question(customer_id=uuid4())) == 0


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "1",
        "1.20260302.1.ff.1",
        "1.20261399.1." + "f" * 32 + ".1",
        "١.20260302.1." + "f" * 32 + ".1",
    ],
)
async def test_a_cursor_that_we_never_gave_is_refused(opened: str, cursor: str) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await movements_of(program, MARCH, Question(), cursor=cursor)
    with pytest.raises(InvalidInput):
        await referrals_of(program, MARCH, cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 201])
async def test_a_limit_outside_of_the_allowed_is_refused(opened: str, limit: int) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await movements_of(program, MARCH, Question(), limit=limit)


async def test_transfers_are_in_no_question(opened: str) -> None:
    program = await a_program()

    assert "transferred" not in KINDS
    with pytest.raises(InvalidInput):
        await movements_of(program, MARCH, Question(kinds=("transferred",)))
