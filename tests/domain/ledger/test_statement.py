from datetime import date, timedelta

import pytest

from domain.customers.models import Customer
from domain.errors import InvalidInput
from domain.ids import new_id
from domain.ledger.statement import MovementLine, movements
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program, posted

NOW = MONDAY_NOON
DAY = timedelta(days=1)


async def _with_history(earnings: int) -> Customer:
    member = await a_member(await a_program())
    for n in range(earnings):
        await posted(member.customer_id, 10 + n, now=NOW)
    return member


async def test_the_newest_line_comes_first_and_says_all(opened: str) -> None:
    member = await _with_history(0)
    spent = await posted(member.customer_id, -20, now=NOW + DAY)

    page = await movements(member.customer_id)

    assert page.next is None
    assert page.items[0] == MovementLine(
        id=spent.movement_id or new_id(),
        seq=2,
        kind="redeemed",
        action="gift_redemption",
        amount=-20,
        balance_after=30,
        business_date=date(2026, 3, 3),
        effective_at=NOW + DAY,
        reason=None,
    )
    assert [line.seq for line in page.items] == [2, 1]


async def test_pages_have_no_gap_and_no_repeat_while_movements_arrive(opened: str) -> None:
    member = await _with_history(9)

    seen, cursor, first = [], None, True
    while first or cursor:
        first = False
        page = await movements(member.customer_id, cursor=cursor, limit=4)
        seen += [line.seq for line in page.items]
        cursor = page.next
        await posted(member.customer_id, 1, now=NOW + DAY)

    assert seen == list(range(10, 0, -1))


async def test_a_last_page_that_is_full_has_no_next(opened: str) -> None:
    member = await _with_history(3)

    first = await movements(member.customer_id, limit=2)
    last = await movements(member.customer_id, limit=2, cursor=first.next)

    assert (first.next, last.next) == ("3", None)
    assert len(last.items) == 2


async def test_one_kind_is_paged_as_if_there_were_no_other(opened: str) -> None:
    member = await _with_history(2)
    for n in range(5):
        await posted(member.customer_id, 5, now=NOW, expires_at=NOW + DAY)
        await posted(member.customer_id, -1 - n, now=NOW)

    first = await movements(member.customer_id, kind="redeemed", limit=3)
    rest = await movements(member.customer_id, kind="redeemed", limit=3, cursor=first.next)
    none = await movements(member.customer_id, kind="reversed")

    assert [line.amount for line in first.items + rest.items] == [-5, -4, -3, -2, -1]
    assert rest.next is None
    assert (none.items, none.next) == ((), None)


async def test_nobodys_history_is_empty(opened: str) -> None:
    assert (await movements(new_id())).items == ()


@pytest.mark.parametrize(
    "cursor", ["", "x", "-1", "1.0", " 1", "1\n", "１２", "9" * 10, "0x1", "\x00", "null"]
)
async def test_a_cursor_that_we_did_not_give_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        await movements(new_id(), cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 101, 10**9])
async def test_a_limit_out_of_bounds_is_refused(limit: int) -> None:
    with pytest.raises(InvalidInput):
        await movements(new_id(), limit=limit)


@pytest.mark.parametrize("kind", ["", "transferred", "EARNED", "earned'--"])
async def test_an_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(InvalidInput):
        await movements(new_id(), kind=kind)
