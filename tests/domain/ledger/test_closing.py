import asyncio
from datetime import date, timedelta
from hashlib import sha256
from struct import pack
from threading import Thread
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain import db, programs
from domain.earning.claims import claim
from domain.earning.lifetime import start_of
from domain.ledger import closing, corrections, plan
from domain.ledger.closing import GRACE, DayStillOpenError, close_days, closed_through
from domain.ledger.plan import Book
from domain.ledger.posting import Posting, lock, post
from domain.ledger.requests import InProgress
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.ledger.chronicle import because
from tests.factories import a_key, a_member, a_program, a_visitor, balance_of, posted

NOW = MONDAY_NOON
DAY, SECOND, TICK = timedelta(days=1), timedelta(seconds=1), timedelta(microseconds=1)
ZONE = "Asia/Ho_Chi_Minh"
MONDAY = date(2026, 3, 2)
MIDNIGHT = start_of(MONDAY + DAY, ZONE)


async def _days(program: Program) -> list[asyncpg.Record]:
    async with db.reading() as connection:
        return await connection.fetch(
            "select * from closed_day where program_id = $1 order by day", program.id
        )


async def _dates_of(customer_id: UUID) -> list[tuple[str, int, date]]:
    async with db.reading() as connection:
        rows = await connection.fetch(
            "select kind, amount, business_date from movement where customer_id = $1 order by seq",
            customer_id,
        )
    return [tuple(row) for row in rows]


async def test_a_day_that_is_over_is_closed_with_its_figures(opened: str) -> None:
    program = await a_program()
    member, other = await a_member(program), await a_visitor(program)
    await posted(member.customer_id, 40, now=NOW)
    await posted(member.customer_id, -30, now=NOW)
    await posted(other.customer_id, 7, now=NOW + DAY)

    assert await close_days(MIDNIGHT + GRACE) == 2  # the program began on Sunday

    sunday, monday = await _days(program)
    assert (sunday["day"], sunday["movements"], sunday["accounts"]) == (MONDAY - DAY, 0, 0)
    assert (monday["day"], monday["movements"], monday["accounts"]) == (MONDAY, 3, 1)
    assert (monday["earned_count"], monday["earned"]) == (2, 90)
    assert (monday["redeemed_count"], monday["redeemed"]) == (1, -30)
    assert monday["closed_at"] == MIDNIGHT + GRACE
    assert await closed_through(program.id) == MONDAY


async def test_a_day_is_closed_once(opened: str) -> None:
    program = await a_program()
    await close_days(MIDNIGHT + GRACE)
    before = await _days(program)

    assert await close_days(MIDNIGHT + GRACE) == 0
    assert await _days(program) == before


async def test_a_day_is_not_closed_before_all_clocks_agree_that_it_is_over(opened: str) -> None:
    program = await a_program()

    await close_days(MIDNIGHT + GRACE - TICK)

    assert await closed_through(program.id) == MONDAY - DAY


async def test_no_day_is_closed_in_a_program_that_began_today(opened: str) -> None:
    program = await a_program(now=NOW + DAY)

    assert await close_days(NOW) == 0
    assert await closed_through(program.id) is None


async def test_days_that_nobody_closed_are_closed_in_their_order(opened: str) -> None:
    program = await a_program()

    assert await close_days(MIDNIGHT + 9 * DAY + GRACE) == 11
    assert [row["day"] for row in await _days(program)] == [MONDAY + n * DAY for n in range(-1, 10)]


async def test_a_closed_day_begins_where_the_first_movement_is(opened: str) -> None:
    program = await a_program()
    owner = await asyncpg.connect(opened)
    await owner.execute("update program set created_at = $1", NOW + 5 * DAY)
    await owner.close()
    await a_member(program)

    await close_days(MIDNIGHT + GRACE)

    assert [(row["day"], row["earned"]) for row in await _days(program)] == [(MONDAY, 50)]


async def test_what_fell_due_in_a_day_is_settled_before_it_is_closed(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await posted(member.customer_id, 40, now=NOW, expires_at=NOW + SECOND)
    await posted(member.customer_id, 9, now=NOW, matures_at=NOW + SECOND)

    await close_days(MIDNIGHT + 3 * DAY)

    _, monday, *later = await _days(program)
    assert (monday["expired"], monday["earned"]) == (-40, 50 + 40 + 9)
    assert [row["movements"] for row in later] == [0, 0]


async def test_whoever_is_late_posts_into_the_next_day(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await close_days(MIDNIGHT + GRACE)

    late = await posted(member.customer_id, 40, now=MIDNIGHT - SECOND)

    assert (late.at, late.business_date) == (MIDNIGHT, MONDAY + DAY)
    async with db.transaction() as connection:
        locked = await lock(connection, member.customer_id, now=MIDNIGHT - 2 * SECOND)
    assert (locked.at, locked.business_date) == (MIDNIGHT, MONDAY + DAY)


async def test_what_falls_due_in_a_closed_day_after_all_takes_effect_after_it(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    owner = await asyncpg.connect(opened)
    await posted(member.customer_id, 40, now=NOW, expires_at=MIDNIGHT - SECOND)
    # As if this had been posted while the day was being closed, after the sweep.
    await owner.execute("insert into closing values ($1, $2)", program.id, MIDNIGHT - TICK)
    await owner.close()

    assert await balance_of(member, now=MIDNIGHT + SECOND) == 50

    assert (await _dates_of(member.customer_id))[-1] == ("expired", -40, MONDAY + DAY)


async def test_a_day_stays_open_while_an_account_with_something_due_is_busy(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await posted(member.customer_id, 40, now=NOW, expires_at=NOW + SECOND)
    rival = await asyncpg.connect(opened)
    async with rival.transaction():
        await rival.execute(
            "select from account where customer_id = $1 for update", member.customer_id
        )
        with pytest.raises(ExceptionGroup) as raised:
            await close_days(MIDNIGHT + GRACE)
    await rival.close()

    assert raised.group_contains(DayStillOpenError)
    assert str(program.id) in raised.value.exceptions[0].__notes__[0]
    assert await closed_through(program.id) is None
    assert await close_days(MIDNIGHT + GRACE) == 2


@pytest.mark.planted
async def test_a_broken_account_keeps_the_days_of_no_other_program_open(opened: str) -> None:
    program, other = await a_program(), await a_program()
    member = await a_member(program)
    await posted(member.customer_id, 40, now=NOW, expires_at=NOW + SECOND)
    owner = await asyncpg.connect(opened)
    await owner.execute("update account set balance = 5 where customer_id = $1", member.customer_id)
    await owner.close()

    with pytest.raises(ExceptionGroup) as raised:
        await close_days(MIDNIGHT + GRACE)

    assert raised.group_contains(asyncpg.CheckViolationError)
    assert (await closed_through(program.id), await closed_through(other.id)) == (None, MONDAY)


async def test_a_day_stays_open_while_somebody_writes_who_began_before(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "_LOOKS", 3)
    program = await a_program()
    member = await a_member(program)
    writer = await asyncpg.connect(opened)
    try:
        async with writer.transaction():
            await writer.execute(
                "select from account where customer_id = $1 for update", member.customer_id
            )
            with pytest.raises(ExceptionGroup) as raised:
                await close_days(MIDNIGHT + GRACE)
    finally:
        await writer.close()

    assert raised.group_contains(DayStillOpenError)
    assert await closed_through(program.id) is None
    assert await close_days(MIDNIGHT + GRACE) == 2


def _purchase(amount: int) -> Posting:
    return Posting(
        action="purchase", amount=amount, business_key="receipt:1", actor="system", channel="pos"
    )


async def test_a_claim_for_a_day_that_is_closed_meanwhile_is_decided_again(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    last_second = MIDNIGHT - SECOND

    async def decides_slowly() -> None:
        async with db.transaction() as connection:
            locked = await lock(connection, member.customer_id, now=last_second)
            await _close_behind(opened, program)
            await post(connection, member.customer_id, _purchase(40), now=locked.at, decide=True)

    with pytest.raises(InProgress):
        await decides_slowly()

    verdict = await claim(
        program,
        member.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=last_second,
        request=a_key(member.customer_id),
    )
    assert verdict.status == 201
    assert await _dates_of(member.customer_id) == [
        ("earned", 50, MONDAY),
        ("earned", 10, MONDAY + DAY),
    ]


async def test_a_correction_planned_for_a_day_that_is_closed_meanwhile_is_planned_again(
    opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await a_program()
    member = await a_member(program)
    earned = await posted(member.customer_id, 40, now=NOW, expires_at=MIDNIGHT)
    plans = plan.reverse

    async def reverses() -> Any:
        return await corrections.reverse(
            member.customer_id,
            earned.movement_id or UUID(int=0),
            40,
            because(),
            policy="allow_negative",
            now=MIDNIGHT - SECOND,
        )

    def too_slow(book: Book, *args: Any, **how: Any) -> Any:
        planned = plans(book, *args, **how)
        _close_behind_synchronously(opened, program)
        return planned

    with monkeypatch.context() as patched:
        patched.setattr(plan, "reverse", too_slow)
        with pytest.raises(InProgress):
            await reverses()

    assert (await reverses()).facts["points"] == 0
    assert await balance_of(member, now=MIDNIGHT) == 50


async def _close_behind(dsn: str, program: Program) -> None:
    owner = await asyncpg.connect(dsn)
    await owner.execute("insert into closing values ($1, $2)", program.id, MIDNIGHT - TICK)
    await owner.close()


def _close_behind_synchronously(dsn: str, program: Program) -> None:
    thread = Thread(target=lambda: asyncio.run(_close_behind(dsn, program)))
    thread.start()
    thread.join()


async def test_the_root_seals_the_root_before_the_figures_and_where_accounts_stand(
    opened: str,
) -> None:
    program = await a_program()
    members = [await a_member(program) for _ in range(3)]
    for member in members[:2]:
        await posted(member.customer_id, 5, now=NOW)
    await close_days(MIDNIGHT + GRACE)
    async with db.reading() as connection:
        stands = await connection.fetch(
            "select customer_id, seq, hash from account order by customer_id"
        )

    sunday, monday = await _days(program)
    heads = b"".join(
        _record((2950, r[0].bytes), (23, pack("!i", r[1])), (17, r[2])) for r in stands
    )
    assert sunday["root"] == _root(sha256(program.id.bytes).digest(), program, sunday, b"")
    assert monday["root"] == _root(sunday["root"], program, monday, heads)


def _root(before: bytes, program: Program, row: asyncpg.Record, heads: bytes) -> bytes:
    kinds = ("earned", "reversed", "redeemed", "reimbursed", "expired", "transferred")
    figures = [row["accounts"], row["movements"]]
    figures += [row[name] for kind in kinds for name in (f"{kind}_count", kind)]
    fields = [(2950, program.id.bytes), (1082, pack("!i", (row["day"] - date(2000, 1, 1)).days))]
    fields += [(20, pack("!q", figure)) for figure in figures]
    return sha256(before + _record(*fields) + heads).digest()


def _record(*fields: tuple[int, bytes]) -> bytes:
    """A row as PostgreSQL sends it: each field with its type and length."""
    parts = [pack("!ii", kind, len(value)) + value for kind, value in fields]
    return pack("!i", len(fields)) + b"".join(parts)


async def test_a_date_that_goes_on_in_a_new_zone_is_closed_when_it_is_over_there(
    opened: str,
) -> None:
    program = await a_program()
    assert await programs.change_zone(program, "America/Los_Angeles", now=NOW) == MIDNIGHT
    ends = start_of(MONDAY + DAY, "America/Los_Angeles")

    await close_days(ends + GRACE - TICK)
    assert await closed_through(program.id) == MONDAY - DAY

    await close_days(ends + GRACE)
    assert await closed_through(program.id) == MONDAY


async def test_a_zone_that_is_changed_late_does_not_open_a_closed_day(opened: str) -> None:
    program = await a_program()
    member = await a_member(program)
    await close_days(MIDNIGHT + GRACE)

    begins = await programs.change_zone(program, "America/Los_Angeles", now=MIDNIGHT - SECOND)

    assert begins == MIDNIGHT + DAY
    late = await posted(member.customer_id, 5, now=MIDNIGHT - SECOND)
    assert late.business_date == MONDAY + DAY


@pytest.mark.parametrize(
    ("zone", "first", "dates"),
    [
        ("Pacific/Apia", date(2011, 12, 28), [28, 29, 31]),
        ("Africa/Cairo", date(2025, 4, 23), [23, 24, 25]),
        ("America/Havana", date(2025, 10, 31), [31, 1, 2]),
        ("America/St_Johns", date(2010, 11, 5), [5, 6, 7]),
    ],
)
async def test_the_dates_that_a_zone_shows_are_closed_each_at_its_end(
    opened: str, zone: str, first: date, dates: list[int]
) -> None:
    program = await a_program(zone=zone, now=start_of(first, zone) + DAY)
    at = start_of(first, zone)
    member = await a_member(program, now=at)
    for _ in range(4 * 12):
        at += timedelta(hours=2)
        await close_days(at)
        await posted(member.customer_id, 1, now=at)

    closed = [row["day"].day for row in await _days(program)]
    assert closed[: len(dates)] == dates
