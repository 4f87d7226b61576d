from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID
from zoneinfo import available_timezones

import asyncpg
import pytest

from domain import db, programs
from domain.earning.lifetime import start_of
from domain.errors import InvalidInput, NotFound
from domain.ids import new_id
from domain.programs import Program, ZoneChangePending
from tests.clock import MONDAY_NOON
from tests.domain.earning.zones import FIRST, LAST, ODD_ZONES, date_in
from tests.factories import a_program

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def _a_program_in(schema: asyncpg.Connection, zone: str) -> UUID:
    program_id = new_id()
    await schema.execute(
        "insert into program (id, slug, name, currency, point_value, created_at)"
        " values ($1, $2, 'Zones', 'VND', 10, $3)",
        program_id,
        f"p-{program_id.hex[-12:]}",
        FIRST,
    )
    await _zone_from(schema, program_id, zone, datetime(1970, 1, 1, tzinfo=UTC), None)
    return program_id


async def _zone_from(
    schema: asyncpg.Connection, program_id: UUID, zone: str, at: datetime, floor: date | None
) -> None:
    await schema.execute(
        "insert into program_zone values ($1, $2, $3, $4)", program_id, at, zone, floor
    )


async def _dates(
    schema: asyncpg.Connection, program_id: UUID, instants: list[datetime]
) -> list[date]:
    rows = await schema.fetch(
        "select program_date($1, at) from unnest($2::timestamptz[]) with ordinality as i (at, n)"
        " order by n",
        program_id,
        instants,
    )
    return [row[0] for row in rows]


async def test_the_database_and_python_agree_on_every_date(schema: asyncpg.Connection) -> None:
    dice = Random(7)
    known = {row["name"] for row in await schema.fetch("select name from pg_timezone_names")}
    zones = sorted(known & available_timezones())
    asked = [
        (
            dice.choice(zones),
            FIRST + timedelta(seconds=dice.randrange(int((LAST - FIRST).total_seconds()))),
        )
        for _ in range(3000)
    ]
    for zone in ODD_ZONES:  # and around each midnight of a year
        for n in range(366):
            midnight = start_of(date(2025, 1, 1) + n * DAY, zone)
            asked += [(zone, midnight), (zone, midnight - timedelta(microseconds=1))]

    rows = await schema.fetch(
        "select (at at time zone zone)::date from unnest($1::text[], $2::timestamptz[])"
        " with ordinality as a (zone, at, n) order by n",
        *map(list, zip(*asked, strict=True)),
    )

    assert [row[0] for row in rows] == [date_in(zone, at) for zone, at in asked]


async def test_no_change_of_zones_takes_the_date_back(schema: asyncpg.Connection) -> None:
    dice = Random(3)
    for _ in range(20):
        zone, at = dice.choice(ODD_ZONES), datetime(2025, 1, 1, tzinfo=UTC)
        program_id = await _a_program_in(schema, zone)
        for _ in range(3):
            at += timedelta(hours=dice.randrange(24, 400))
            [today] = await _dates(schema, program_id, [at])
            effective = start_of(today + DAY, zone)
            zone, at = dice.choice(ODD_ZONES), effective
            await _zone_from(schema, program_id, zone, effective, today)

        instants = [datetime(2025, 1, 1, tzinfo=UTC) + n * HOUR for n in range(24 * 70)]
        shown = await _dates(schema, program_id, instants)

        assert shown == sorted(shown)
        assert shown[-1] == date_in(zone, instants[-1])


async def test_a_change_begins_when_the_day_it_is_asked_on_is_over(
    schema: asyncpg.Connection,
) -> None:
    program_id = await _a_program_in(schema, "Asia/Ho_Chi_Minh")
    asked_on = date(2026, 3, 3)
    effective = start_of(date(2026, 3, 4), "Asia/Ho_Chi_Minh")
    await _zone_from(schema, program_id, "America/Los_Angeles", effective, asked_on)

    over = start_of(date(2026, 3, 4), "America/Los_Angeles")
    tick = timedelta(microseconds=1)
    shown = await _dates(schema, program_id, [effective - tick, effective, over - tick, over])

    assert shown == [asked_on, asked_on, asked_on, date(2026, 3, 4)]


async def test_a_program_is_found_by_its_slug(opened: str) -> None:
    await a_program(slug="later", now=MONDAY_NOON + DAY)
    made = await a_program(slug="moc")

    assert (await programs.by_slug("moc")).id == made.id
    first = await programs.first()
    assert first
    assert first.id == made.id
    assert await programs.zone_of(made.id, MONDAY_NOON) == "Asia/Ho_Chi_Minh"
    with pytest.raises(NotFound):
        await programs.by_slug("nowhere")


def test_what_points_are_worth_is_whole_units_of_money() -> None:
    assert Program(point_value=Decimal(10)).worth(1234) == 12_340
    assert Program(point_value=Decimal("0.35")).worth(5) == 1
    assert Program(point_value=Decimal("0.35")).worth(-5) == -1


@pytest.mark.parametrize("zone", ODD_ZONES)
async def test_a_new_zone_counts_from_the_end_of_todays_date(opened: str, zone: str) -> None:
    old = "Africa/Cairo"
    asked = datetime(2025, 4, 24, 12, tzinfo=UTC)  # the next midnight does not exist in Cairo
    program = await a_program(zone=old, now=asked)

    begins = await programs.change_zone(program, zone, now=asked)

    tick = timedelta(microseconds=1)
    today = date_in(old, asked)
    assert begins == start_of(today + DAY, old)
    async with db.reading() as connection:
        rows = await connection.fetch(
            "select program_date($1, at) from unnest($2::timestamptz[]) at order by at",
            program.id,
            [asked, begins - tick, begins, begins + 3 * DAY],
        )
    assert [row[0] for row in rows] == [
        today,
        today,
        max(today, date_in(zone, begins)),
        date_in(zone, begins + 3 * DAY),
    ]
    assert await programs.zone_of(program.id, begins) == zone


async def test_one_change_of_zones_waits_for_another(opened: str) -> None:
    program = await a_program()
    begins = await programs.change_zone(program, "Asia/Tokyo", now=MONDAY_NOON)

    with pytest.raises(ZoneChangePending):
        await programs.change_zone(program, "Europe/Paris", now=begins - HOUR)

    assert await programs.change_zone(program, "Europe/Paris", now=begins + HOUR) > begins


async def test_there_must_be_such_a_zone(opened: str) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await programs.change_zone(program, "Asia/Saigon-on-Sea", now=MONDAY_NOON)
