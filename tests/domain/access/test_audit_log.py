from datetime import date, timedelta

import asyncpg
import pytest

from domain import db
from domain.access import audit, audit_log
from domain.access.audit_log import Wanted
from domain.access.models import Staff
from domain.errors import InvalidInput
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.access.people import a_colleague
from tests.factories import a_program

MIDNIGHT = MONDAY_NOON.replace(hour=17)  # of Monday in Ho Chi Minh City


async def some_acts(program: Program, *people: Staff) -> None:
    """Two of each person, at the last instant of Monday and the first of Tuesday."""
    for person in people:
        for at in (MIDNIGHT - timedelta(microseconds=1), MIDNIGHT):
            await audit.record("signed_in", now=at, by=person, address="192.0.2.1", way="link")


async def test_pages_hold_every_entry_once_the_newest_first(opened: str) -> None:
    program = await a_program()
    await some_acts(program, *[await a_colleague(program) for _ in range(3)])
    found: list[audit_log.Entry] = []
    cursor = None

    while True:
        page = await audit_log.read(program.id, Wanted(), cursor=cursor, limit=2, now=MONDAY_NOON)
        found += page.entries
        if (cursor := page.next) is None:
            break

    assert len(found) == len({entry.id for entry in found}) == 9
    assert found == sorted(found, key=lambda e: (e.recorded_at, e.id), reverse=True)
    assert tuple(found) == await audit_log.all_of(program.id, Wanted(), now=MONDAY_NOON)


async def test_entries_are_found_by_person_act_and_days_of_the_program(opened: str) -> None:
    program = await a_program()
    one, other = await a_colleague(program), await a_colleague(program)
    await some_acts(program, one, other)

    async def count(**wanted: object) -> int:
        asked = Wanted(**wanted)  # type: ignore[arg-type]
        return len((await audit_log.read(program.id, asked, now=MONDAY_NOON)).entries)

    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    assert await count(actor=f"staff:{one.id}") == 2
    assert await count(actor="operator") == await count(act="staff_created") == 2
    assert await count(act="signed_in", first=tuesday) == 2
    assert await count(act="signed_in", last=monday) == 2
    assert await count(act="signed_in", first=monday, last=tuesday) == 4
    assert await count(actor="stranger") == 0


async def test_another_programs_entries_are_not_there(opened: str) -> None:
    mine, other = await a_program(), await a_program()
    await some_acts(other, await a_colleague(other))

    assert (await audit_log.read(mine.id, Wanted(), now=MONDAY_NOON)).entries == ()


@pytest.mark.parametrize("cursor", ["x", "1.2", "1" * 18 + "." + "0" * 32, "'; drop", "-1.0"])
async def test_a_made_up_cursor_is_refused(opened: str, cursor: str) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await audit_log.read(program.id, Wanted(), cursor=cursor, now=MONDAY_NOON)


@pytest.mark.parametrize(
    "statement", ["update audit_entry set act = 'x'", "delete from audit_entry"]
)
async def test_the_application_cannot_change_what_was_written_down(
    opened: str, statement: str
) -> None:
    """A11: no route does, and the database refuses."""
    await a_colleague(await a_program())

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction() as connection:
            await connection.execute(statement)
