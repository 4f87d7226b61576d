"""The decision log of a program: found by anything, counted by reason, paged to any depth."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain import db
from domain.customers.models import Customer
from domain.earning import decision_log
from domain.earning.decision_log import DecisionsPage, Search, forget, search
from domain.errors import InvalidInput
from domain.programs import Program
from domain.sql import queries
from tests.domain.earning.planning import DAY, NOW, checks_in
from tests.factories import a_member, a_program

TODAY = date(2026, 3, 2)
SQL = queries("domain.earning", "decision_log.sql")


@pytest.fixture
async def program(opened: str) -> Program:
    return await a_program()


@pytest.fixture
async def hoa(program: Program) -> Customer:
    return await a_member(program, name="Lê Thị Hoa", now=NOW)


async def find(program: Program, **how: Any) -> DecisionsPage:
    paged = {name: how.pop(name) for name in ("cursor", "limit") if name in how}
    wanted = Search(**{"first": TODAY, "last": TODAY + 10 * DAY, **how})
    return await search(program, wanted, now=NOW, **paged)


def said(page: DecisionsPage) -> list[tuple[str, str, str]]:
    return [(row.customer, row.action, row.verdict) for row in page.rows]


async def test_every_attempt_is_found_with_whoever_made_it(program: Program, hoa: Customer) -> None:
    await checks_in(program, hoa.customer_id, now=NOW + timedelta(minutes=1))
    await checks_in(program, hoa.customer_id, now=NOW + timedelta(minutes=2))

    found = await find(program)

    assert said(found) == [
        ("Lê Thị Hoa", "daily_login", "already_earned"),
        ("Lê Thị Hoa", "daily_login", "posted"),
        ("Lê Thị Hoa", "new_account_registration", "posted"),
    ]
    assert (found.paid, found.refused) == (2, 1)
    assert found.refusals == (("already_earned", 1),)


@pytest.mark.parametrize(
    ("how", "number"),
    [
        ({"customer": "hoa"}, 3),
        ({"customer": "Thị"}, 3),
        ({"customer": "%"}, 0),
        ({"customer": "_"}, 0),
        ({"customer": "01a20ead-0000-7000-8000-000000000000"}, 0),
        ({"action": "daily_login"}, 5),
        ({"outcome": "paid"}, 5),
        ({"outcome": "refused"}, 2),
        ({"verdict": "already_earned"}, 2),
        ({"verdict": "too_soon"}, 0),
        ({"channel": "telegram"}, 7),
        ({"channel": "mini_app"}, 0),
        ({"last": TODAY}, 5),
        ({"first": TODAY + DAY}, 2),
    ],
    ids=str,
)
async def test_filters_narrow_what_is_found(
    program: Program, hoa: Customer, how: dict[str, Any], number: int
) -> None:
    other = await a_member(program, name="Minh")
    await checks_in(program, hoa.customer_id)
    await checks_in(program, hoa.customer_id)
    await checks_in(program, other.customer_id)
    await checks_in(program, other.customer_id, now=NOW + timedelta(hours=12))
    await checks_in(program, other.customer_id, now=NOW + timedelta(hours=12, seconds=1))

    found = await find(program, **how)

    assert len(found.rows) == number


async def test_counts_of_reasons_are_about_everything_but_the_verdict_asked_for(
    program: Program, hoa: Customer
) -> None:
    for _ in range(3):
        await checks_in(program, hoa.customer_id)

    paid = await find(program, outcome="paid", action="daily_login")
    refused = await find(program, verdict="already_earned", action="daily_login")

    assert paid.counts == refused.counts == {"posted": 1, "already_earned": 2}
    assert (len(paid.rows), len(refused.rows)) == (1, 2)


async def test_an_id_finds_its_customer_and_no_other_programs(
    program: Program, hoa: Customer
) -> None:
    other = await a_program()

    assert len((await find(program, customer=str(hoa.customer_id))).rows) == 1
    assert (await find(other, customer=str(hoa.customer_id))).rows == ()
    assert (await find(other)).rows == ()


async def test_pages_follow_each_other_without_gap_or_repeat(
    program: Program, hoa: Customer
) -> None:
    """At one and the same instant, too."""
    for _ in range(9):
        await checks_in(program, hoa.customer_id)
    whole = [row.id for row in (await find(program)).rows]

    cursor, seen = None, list[UUID]()
    while True:
        page = await find(program, cursor=cursor, limit=3)
        seen += [row.id for row in page.rows]
        cursor = page.next
        if cursor is None:
            break

    assert seen == whole
    assert len(set(seen)) == 10


@pytest.mark.parametrize(
    "how",
    [
        {"cursor": "1"},
        {"cursor": "٣." + "0" * 32},
        {"limit": 0},
        {"limit": 201},
        {"first": TODAY, "last": TODAY - DAY},
        {"first": TODAY, "last": TODAY + 731 * DAY},
        {"first": date(1999, 1, 1), "last": date(1999, 1, 2)},
        {"action": "a;drop"},
        {"verdict": "x" * 41},
        {"channel": "a b"},
    ],
    ids=str,
)
async def test_what_cannot_be_asked_is_refused(opened: str, how: dict[str, Any]) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await find(program, **how)


async def test_a_page_at_any_depth_reads_the_index(program: Program, hoa: Customer) -> None:
    """Keyset paging: no sort, and no row read that is not shown."""
    async with db.transaction() as connection:
        await connection.execute(
            "insert into decision (customer_id, id, program_id, action, verdict, facts, channel, decided_at)"
            " select $1, gen_random_uuid(), $2, 'daily_login', 'posted', '{}', 'telegram',"
            " $3::timestamptz - n * interval '1 second' from generate_series(1, 20000) n",
            hoa.customer_id, program.id, NOW,
        )  # fmt: skip
    async with db.reading() as connection:
        plan = "\n".join(
            row[0]
            for row in await connection.fetch(
                f"explain (analyze, costs off, timing off) {SQL['page']}",
                program.id, NOW - 30 * DAY, NOW + DAY, None, None, None, True,
                NOW - timedelta(seconds=15_000), UUID(int=0), 51,
            )
        )  # fmt: skip

    assert "decision_listing" in plan
    assert "Sort Key" not in plan
    assert "Seq Scan on decision" not in plan


async def test_old_attempts_go_so_many_at_a_time_and_only_this_programs(
    program: Program, hoa: Customer
) -> None:
    other = await a_program()
    stranger = await a_member(other)
    await checks_in(program, hoa.customer_id)
    await checks_in(program, hoa.customer_id, now=NOW + DAY)
    await checks_in(other, stranger.customer_id)

    gone = [await forget(program.id, NOW + DAY, limit) for limit in (1, 10, 10)]

    assert gone == [1, 1, 0]
    assert said(await find(program)) == [("Lê Thị Hoa", "daily_login", "posted")]
    assert len((await find(other)).rows) == 2


async def test_more_customers_of_a_name_than_are_looked_at_is_said(
    program: Program, hoa: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision_log, "NAMED_MAX", 1)
    newer = await a_member(program, name="Hoa Mai", now=NOW + timedelta(hours=1))

    found = await find(program, customer="hoa")

    assert found.too_many
    assert {row.customer_id for row in found.rows} == {newer.customer_id}


async def test_a_decision_cannot_be_without_its_program(database: str, hoa: Customer) -> None:
    owner = await asyncpg.connect(database)
    with pytest.raises(asyncpg.NotNullViolationError):
        await owner.execute("update decision set program_id = null")
    await owner.close()
