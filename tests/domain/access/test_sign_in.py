import asyncio
import unicodedata
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from domain import db
from domain.access import links, passwords, staff
from domain.access.attempts import TooManyTries
from domain.access.models import Staff
from domain.access.sessions import SignInRequired
from domain.access.sign_in import Visitor, WrongCredentials, by_link, by_password
from domain.access.staff_sessions import IDLE, LONGEST, session_of
from domain.programs import Program
from tests.clock import MONDAY_NOON, FixedClock
from tests.factories import a_program

PASSWORD = "cà phê sữa đá 2026"
HERE = Visitor(address="203.0.113.7", browser="Firefox")


async def an_owner(program: Program, login: str = "lan") -> Staff:
    return await staff.create_staff(
        program, login=login, name="Lan Anh", role="owner", password=PASSWORD, now=MONDAY_NOON
    )


async def acts() -> list[tuple[str, str]]:
    async with db.reading() as connection:
        rows = await connection.fetch("select actor, act from audit_entry order by id")
    return [(row["actor"].partition(":")[0], row["act"]) for row in rows]


async def test_the_right_password_opens_a_session(opened: str) -> None:
    program = await a_program()
    owner = await an_owner(program)

    token = (await by_password(" Lan ", PASSWORD, visitor=HERE, now=MONDAY_NOON)).token

    session = await session_of(token, now=MONDAY_NOON)
    assert session.member.id == owner.id
    assert await acts() == [("operator", "staff_created"), ("staff", "signed_in")]


async def test_a_password_typed_in_another_unicode_form_is_the_same(opened: str) -> None:
    await an_owner(await a_program())
    decomposed = unicodedata.normalize("NFD", PASSWORD)

    assert decomposed != PASSWORD
    assert await by_password("lan", decomposed, visitor=HERE, now=MONDAY_NOON)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("lan", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("lan", PASSWORD + "!" * 200),
        ("\ud800", "\ud800"),
    ],
)
async def test_a_wrong_login_or_password_says_the_same(
    opened: str, login: str, password: str
) -> None:
    await an_owner(await a_program())

    with pytest.raises(WrongCredentials):
        await by_password(login, password, visitor=HERE, now=MONDAY_NOON)

    assert (await acts())[-1] == ("stranger", "sign_in_failed")


async def test_an_account_without_a_password_and_a_service_account_cannot_use_one(
    opened: str,
) -> None:
    program = await a_program()
    await staff.create_staff(program, login="link", name="x", role="owner", now=MONDAY_NOON)
    await staff.create_staff(
        program, login="robot", name="x", role="owner", password=PASSWORD, is_service=True, now=MONDAY_NOON
    )  # fmt: skip

    for login, password in (("link", "nobody has this password"), ("robot", PASSWORD)):
        with pytest.raises(WrongCredentials):
            await by_password(login, password, visitor=HERE, now=MONDAY_NOON)


async def test_of_a_burst_of_tries_at_one_login_five_are_checked(opened: str) -> None:
    """A5: also in parallel, from many addresses, and without Redis."""
    await an_owner(await a_program())

    async def attempt(number: int) -> type[BaseException]:
        visitor = Visitor(address=f"203.0.113.{number}")
        with pytest.raises((WrongCredentials, TooManyTries)) as caught:
            await by_password("lan", "wrong", visitor=visitor, now=MONDAY_NOON)
        return caught.type

    answers = await asyncio.gather(*(attempt(number) for number in range(12)))

    assert answers.count(WrongCredentials) == 5
    assert answers.count(TooManyTries) == 7
    with pytest.raises(TooManyTries):
        await by_password("lan", PASSWORD, visitor=HERE, now=MONDAY_NOON)


async def test_five_failures_from_one_address_shut_it_out_for_15_minutes(
    opened: str, clock: FixedClock
) -> None:
    program = await a_program()
    await an_owner(program)
    for number in range(5):
        with pytest.raises(WrongCredentials):
            await by_password(f"guess{number}", "wrong", visitor=HERE, now=clock.now())

    with pytest.raises(TooManyTries) as caught:
        await by_password("lan", PASSWORD, visitor=HERE, now=clock.advance(timedelta(minutes=5)))
    assert caught.value.facts == {"minutes": 10, "retry_after": 600}

    clock.advance(timedelta(minutes=10, seconds=1))
    assert await by_password("lan", PASSWORD, visitor=HERE, now=clock.now())


async def test_signing_in_rightly_uses_no_try_up(opened: str) -> None:
    await an_owner(await a_program())

    for _ in range(7):
        await by_password("lan", PASSWORD, visitor=HERE, now=MONDAY_NOON)


async def test_a_login_of_two_programs_needs_the_program_named(opened: str) -> None:
    mine, other = await a_program(), await a_program()
    owner = await an_owner(mine)
    await staff.create_staff(
        other, login="lan", name="x", role="owner", password="another password", now=MONDAY_NOON
    )

    token = (
        await by_password("lan", PASSWORD, program=mine.slug, visitor=HERE, now=MONDAY_NOON)
    ).token
    assert (await session_of(token, now=MONDAY_NOON)).member.id == owner.id
    for program in (None, other.slug, "no-such-program"):
        with pytest.raises(WrongCredentials):
            await by_password("lan", PASSWORD, program=program, visitor=HERE, now=MONDAY_NOON)


async def test_a_link_lets_in_once(opened: str) -> None:
    owner = await an_owner(await a_program())
    link = await links.make_link(owner.program_id, "staff", owner.id, now=MONDAY_NOON)

    token = (await by_link(link, visitor=HERE, now=MONDAY_NOON)).token

    assert (await session_of(token, now=MONDAY_NOON)).member.id == owner.id
    with pytest.raises(links.InvalidLink):
        await by_link(link, visitor=HERE, now=MONDAY_NOON)


async def test_a_link_of_someone_disabled_lets_nobody_in(opened: str) -> None:
    owner = await an_owner(await a_program())
    link = await links.make_link(owner.program_id, "staff", owner.id, now=MONDAY_NOON)
    await staff.disable(owner, now=MONDAY_NOON)

    with pytest.raises(links.InvalidLink):
        await by_link(link, visitor=HERE, now=MONDAY_NOON)


async def test_a_session_lapses_by_rest_and_in_any_case(opened: str, clock: FixedClock) -> None:
    await an_owner(await a_program())
    rested = (await by_password("lan", PASSWORD, visitor=HERE, now=clock.now())).token
    busy = (await by_password("lan", PASSWORD, visitor=HERE, now=clock.now())).token
    begin = clock.now()

    while clock.advance(IDLE - timedelta(minutes=1)) < begin + LONGEST:
        await session_of(busy, now=clock.now())

    for token in (rested, busy):
        with pytest.raises(SignInRequired):
            await session_of(token, now=clock.now())


@pytest.mark.parametrize("shut", ["disable", "change_role"])
async def test_disabling_or_demoting_ends_what_is_open(opened: str, shut: str) -> None:
    """A7."""
    owner = await an_owner(await a_program())
    token = (await by_password("lan", PASSWORD, visitor=HERE, now=MONDAY_NOON)).token

    if shut == "disable":
        await staff.disable(owner, now=MONDAY_NOON)
    else:
        await staff.change_role(owner, "cashier", now=MONDAY_NOON)

    with pytest.raises(SignInRequired):
        await session_of(token, now=MONDAY_NOON)


async def test_a_hash_of_older_settings_is_renewed_at_sign_in(opened: str) -> None:
    owner = await an_owner(await a_program())
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    await staff.store_password(owner, weak.hash(PASSWORD))

    await by_password("lan", PASSWORD, visitor=HERE, now=MONDAY_NOON)

    renewed = await Staff.get(id=owner.id)
    assert renewed.password_hash is not None
    assert "m=47104,t=2" in renewed.password_hash
    assert await passwords.fits(PASSWORD, renewed.password_hash)
