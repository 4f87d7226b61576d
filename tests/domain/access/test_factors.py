import asyncio
from datetime import timedelta

import pytest

from domain import db
from domain.access import factors, staff_sessions
from domain.access.attempts import TooManyTries
from domain.access.factors import FactorIsOff, FactorIsOn, WrongCode
from domain.access.sessions import SignInRequired
from tests.clock import MONDAY_NOON, FixedClock
from tests.domain.access.people import a_colleague, with_factor
from tests.factories import a_program

LATER = MONDAY_NOON + timedelta(minutes=1)


async def test_a_factor_is_in_force_once_a_code_has_confirmed_it(opened: str) -> None:
    program = await a_program(name="Mộc: Cà phê & Bánh")
    member = await a_colleague(program, login="lan@moc.vn")

    await factors.set_up(member, now=MONDAY_NOON)
    setup = await factors.waiting(member, program)

    assert setup is not None
    assert not (await factors.factor_of(member)).is_on
    assert setup.address == (
        "otpauth://totp/M%E1%BB%99c%20%20C%C3%A0%20ph%C3%AA%20%26%20B%C3%A1nh:lan%40moc.vn"
        f"?secret={setup.secret}&issuer=M%E1%BB%99c%20%20C%C3%A0%20ph%C3%AA%20%26%20B%C3%A1nh"
    )
    with pytest.raises(WrongCode):
        await factors.confirm(member, "000000", session=b"", now=MONDAY_NOON)
    with pytest.raises(FactorIsOff):
        await factors.check(member, "000000", now=MONDAY_NOON)
    await with_factor(member, program)
    assert (await factors.factor_of(member)).codes_left == 10
    assert await factors.waiting(member, program) is None
    with pytest.raises(FactorIsOn):
        await factors.set_up(member, now=MONDAY_NOON)


async def test_the_secret_and_the_recovery_codes_are_not_in_the_database(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program)
    await factors.set_up(member, now=MONDAY_NOON)
    setup = await factors.waiting(member, program)
    assert setup is not None
    _, codes = await with_factor(member, program)

    async with db.reading() as connection:
        kept = str(await connection.fetchval("select string_agg(f::text, ' ') from staff_factor f"))
        kept += str(
            await connection.fetchval("select string_agg(c::text, ' ') from staff_recovery_code c")
        )
        kept += str(await connection.fetchval("select string_agg(e::text, ' ') from audit_entry e"))
    for secret in (setup.secret, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in kept
        assert secret.encode().hex() not in kept


async def test_a_code_counts_once_and_a_little_early_or_late(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program)
    device, _ = await with_factor(member, program)

    await factors.check(
        member, f" {device.code(LATER, -1)[:3]} {device.code(LATER, -1)[3:]}", now=LATER
    )
    await factors.check(member, device.code(LATER), now=LATER)

    for old in (0, -1):
        with pytest.raises(WrongCode):
            await factors.check(member, device.code(LATER, old), now=LATER)
    much_later = LATER + timedelta(hours=1)
    for far in (-2, 2):
        with pytest.raises(WrongCode):
            await factors.check(member, device.code(much_later, far), now=much_later)
    await factors.check(member, device.code(much_later, 1), now=much_later)


async def test_of_two_uses_of_a_code_at_the_same_instant_one_counts(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program)
    device, codes = await with_factor(member, program)

    for code in (device.code(LATER), codes[0]):
        answers = await asyncio.gather(
            *(factors.check(member, code, now=LATER) for _ in range(4)), return_exceptions=True
        )
        assert answers.count(None) == 1
        assert {type(one) for one in answers} == {type(None), WrongCode}
        async with db.transaction() as connection:  # the others were failures
            await connection.execute("delete from sign_in_failure")


async def test_each_recovery_code_counts_once_however_it_is_typed(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program)
    _, codes = await with_factor(member, program)
    assert len(set(codes)) == 10

    await factors.check(member, codes[0].lower().replace("-", " "), now=LATER)
    await factors.check(member, codes[1], now=LATER)

    assert (await factors.factor_of(member)).codes_left == 8
    with pytest.raises(WrongCode):
        await factors.check(member, codes[0], now=LATER)


async def test_a_recovery_code_of_somebody_else_is_worth_nothing(opened: str) -> None:
    program = await a_program()
    one, other = await a_colleague(program), await a_colleague(program)
    await with_factor(one, program)
    _, codes = await with_factor(other, program)

    with pytest.raises(WrongCode):
        await factors.check(one, codes[0], now=LATER)


async def test_fresh_recovery_codes_take_the_place_of_the_old(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program)
    device, old = await with_factor(member, program)

    fresh = await factors.renew_codes(member, device.code(LATER), now=LATER)

    with pytest.raises(WrongCode):
        await factors.check(member, old[0], now=LATER)
    await factors.check(member, fresh[0], now=LATER)


async def test_turning_it_off_needs_a_code(opened: str) -> None:
    program = await a_program()
    member = await a_colleague(program)
    device, _ = await with_factor(member, program)

    with pytest.raises(WrongCode):
        await factors.turn_off(member, "", now=LATER)
    assert (await factors.factor_of(member)).is_on
    await factors.turn_off(member, device.code(LATER), now=LATER)

    assert await factors.factor_of(member) == factors.Factor()


async def test_an_owner_lets_somebody_in_who_lost_device_and_codes(opened: str) -> None:
    program = await a_program()
    owner, member = await a_colleague(program), await a_colleague(program, "manager")
    await with_factor(member, program)
    token = await staff_sessions.open_session(member, now=MONDAY_NOON)

    await factors.reset(member, by=owner, now=LATER)

    assert not (await factors.factor_of(member)).is_on
    with pytest.raises(SignInRequired):
        await staff_sessions.session_of(token, now=LATER)
    async with db.reading() as connection:
        row = await connection.fetchrow("select * from audit_entry where act = 'factor_reset'")
    assert row is not None
    assert (row["actor"], row["facts"]) == (f"staff:{owner.id}", {"staff": str(member.id)})
    with pytest.raises(FactorIsOff):
        await factors.reset(member, by=owner, now=LATER)


async def test_of_a_burst_of_guesses_five_are_checked(opened: str, clock: FixedClock) -> None:
    """A5: counted in the database, where no Redis is needed."""
    program = await a_program()
    member = await a_colleague(program)
    device, codes = await with_factor(member, program)

    answers = await asyncio.gather(
        *(factors.check(member, f"{n:06}", now=LATER) for n in range(9)), return_exceptions=True
    )

    assert [type(one) for one in answers].count(WrongCode) == 5
    assert [type(one) for one in answers].count(TooManyTries) == 4
    for right in (device.code(LATER), codes[0]):
        with pytest.raises(TooManyTries):
            await factors.check(member, right, now=LATER)
    free = LATER + timedelta(minutes=15, seconds=1)
    await factors.check(member, device.code(free), now=free)
