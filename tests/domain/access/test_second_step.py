"""Coming in when a second factor is on: the first proof alone opens nothing."""

from datetime import timedelta
from typing import Any

import pytest

from domain import db
from domain.access import factors, links, staff, telegram
from domain.access.attempts import TooManyTries
from domain.access.factors import WrongCode
from domain.access.models import Staff
from domain.access.sessions import SignInRequired
from domain.access.sign_in import (
    STEP_LIFETIME,
    Entry,
    Visitor,
    by_code,
    by_link,
    by_password,
    by_telegram,
    forget_lapsed,
    is_half_in,
)
from domain.access.staff_sessions import session_of
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.access.people import HERE, PASSWORD, a_colleague, with_factor
from tests.factories import a_program

LATER = MONDAY_NOON + timedelta(minutes=1)


async def first_proof(way: str, member: Staff, program: Program) -> Entry:
    how: dict[str, Any] = {"visitor": HERE, "now": LATER}
    if way == "password":
        return await by_password(member.login, PASSWORD, **how)
    if way == "telegram":
        await telegram.link(member, "700000001", "Lan", now=MONDAY_NOON)
        return await by_telegram(program, "700000001", **how)
    link = await links.make_link(program.id, "staff", member.id, now=LATER)
    return await by_link(link, **how)


@pytest.mark.parametrize("way", ["password", "link", "telegram"])
async def test_the_first_proof_opens_nothing_until_the_code_is_given(opened: str, way: str) -> None:
    program = await a_program()
    member = await a_colleague(program, password=PASSWORD)
    device, _ = await with_factor(member, program)

    half = await first_proof(way, member, program)
    assert half.needs_code
    assert await is_half_in(half.token, now=LATER)
    with pytest.raises(SignInRequired):
        await session_of(half.token, now=LATER)
    whole = await by_code(half.token, device.code(LATER), visitor=HERE, now=LATER)

    assert not whole.needs_code
    assert (await session_of(whole.token, now=LATER)).member.id == member.id
    async with db.reading() as connection:
        facts = await connection.fetchval("select facts from audit_entry where act = 'signed_in'")
    assert facts == {"way": way, "with_code": True}


async def test_the_first_proof_counts_once_and_for_ten_minutes(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program, password=PASSWORD)
    _, codes = await with_factor(member, program)
    used = await first_proof("password", member, program)
    lapsed = await first_proof("password", member, program)
    await by_code(used.token, codes[0], visitor=HERE, now=LATER)

    with pytest.raises(SignInRequired):
        await by_code(used.token, codes[1], visitor=HERE, now=LATER)
    for odd in (lapsed.token, "guessed", ""):
        with pytest.raises(SignInRequired):
            await by_code(odd, codes[2], visitor=HERE, now=LATER + STEP_LIFETIME)

    await forget_lapsed(now=LATER + STEP_LIFETIME + timedelta(seconds=1))
    async with db.reading() as connection:
        assert await connection.fetchval("select count(*) from staff_sign_in") == 0


async def test_a_wrong_code_is_written_down_and_may_be_tried_again(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program, password=PASSWORD)
    device, _ = await with_factor(member, program)
    half = await first_proof("password", member, program)

    with pytest.raises(WrongCode):
        await by_code(half.token, "000000", visitor=HERE, now=LATER)
    assert (await by_code(half.token, device.code(LATER), visitor=HERE, now=LATER)).token

    async with db.reading() as connection:
        row = await connection.fetchrow("select * from audit_entry where act = 'sign_in_failed'")
    assert row is not None
    assert (row["actor"], row["address"], row["facts"]["step"]) == (
        "stranger",
        HERE.address,
        "code",
    )


async def test_codes_cannot_be_guessed_from_many_addresses_or_for_many_people(opened: str) -> None:
    """A5: of one member from anywhere, and from one address of anybody."""
    program = await a_program()
    victim, other = await a_colleague(program, password=PASSWORD), await a_colleague(program)
    device, _ = await with_factor(victim, program)
    other_device, _ = await with_factor(other, program)
    half = await first_proof("password", victim, program)
    for number in range(5):
        visitor = Visitor(address=f"198.51.100.{number}")
        with pytest.raises(WrongCode):
            await by_code(half.token, "000000", visitor=visitor, now=LATER)
    with pytest.raises(TooManyTries):
        await by_code(half.token, device.code(LATER), visitor=HERE, now=LATER)

    crowd = [await a_colleague(program) for _ in range(5)]
    for one in crowd:
        await with_factor(one, program)
        with pytest.raises(WrongCode):
            await factors.check(one, "000000", address="192.0.2.1", now=LATER)
    with pytest.raises(TooManyTries):
        await factors.check(other, other_device.code(LATER), address="192.0.2.1", now=LATER)


async def test_who_was_shut_out_meanwhile_stays_out(opened: str) -> None:
    """A7."""
    program = await a_program()
    member = await a_colleague(program, password=PASSWORD)
    device, _ = await with_factor(member, program)
    half = await first_proof("password", member, program)

    await staff.disable(member, now=LATER)

    with pytest.raises(SignInRequired):
        await by_code(half.token, device.code(LATER), visitor=HERE, now=LATER)


async def test_telegram_lets_in_who_is_linked_and_makes_nobody(opened: str) -> None:
    mine, other = await a_program(), await a_program()
    member = await a_colleague(mine)
    await telegram.link(member, "700000001", "Lan <b>", now=MONDAY_NOON)

    assert (await by_telegram(mine, "700000001", visitor=HERE, now=LATER)).token

    for program, stranger in ((mine, "700000002"), (other, "700000001")):
        with pytest.raises(telegram.TelegramNotLinked):
            await by_telegram(program, stranger, visitor=HERE, now=LATER)
    assert await Staff.all().count() == 1
    await telegram.unlink(member, now=LATER)
    with pytest.raises(telegram.TelegramNotLinked):
        await by_telegram(mine, "700000001", visitor=HERE, now=LATER)


async def test_a_telegram_account_belongs_to_one_member_of_a_program(opened: str) -> None:
    mine, other = await a_program(), await a_program()
    first, second, elsewhere = [await a_colleague(p) for p in (mine, mine, other)]
    await telegram.link(first, "700000001", "Lan", now=MONDAY_NOON)

    with pytest.raises(telegram.TelegramTaken):
        await telegram.link(second, "700000001", "Lan", now=MONDAY_NOON)
    await telegram.link(elsewhere, "700000001", "Lan", now=MONDAY_NOON)

    assert (await Staff.get(id=second.id)).telegram_id is None
