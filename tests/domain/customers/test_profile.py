from datetime import date
from uuid import uuid4

import pytest

from domain.customers.profile import (
    BirthdayLocked,
    UnlikelyBirthday,
    likely_birthdays,
    profile,
    set_birthday,
)
from domain.errors import NotFound
from tests.factories import a_member, a_program, a_visitor

TODAY = date(2026, 3, 2)
SPRING = date(1994, 4, 12)


async def test_a_birthday_is_said_once(opened: str) -> None:
    an = (await a_visitor(await a_program())).customer_id

    await set_birthday(an, SPRING, today=TODAY)
    await set_birthday(an, SPRING, today=TODAY)
    with pytest.raises(BirthdayLocked):
        await set_birthday(an, date(1994, 4, 13), today=TODAY)

    assert (await profile(an)).birthday == SPRING


@pytest.mark.parametrize(
    "unlikely", [date(2027, 1, 1), TODAY, date(2021, 3, 3), date(1906, 3, 1), date(1, 1, 1)]
)
async def test_an_unlikely_birthday_is_refused(opened: str, unlikely: date) -> None:
    an = (await a_visitor(await a_program())).customer_id

    with pytest.raises(UnlikelyBirthday):
        await set_birthday(an, unlikely, today=TODAY)

    assert (await profile(an)).birthday is None


def test_likely_birthdays_exist_also_on_a_leap_day() -> None:
    assert likely_birthdays(date(2028, 2, 29)) == (date(1908, 2, 28), date(2023, 2, 28))


async def test_a_profile_says_when_the_terms_were_accepted(opened: str) -> None:
    program = await a_program()
    visitor, member = await a_visitor(program), await a_member(program)

    before, after = await profile(visitor.customer_id), await profile(member.customer_id)

    assert (before.accepted_at, before.terms_version) == (None, None)
    assert (after.accepted_at, after.terms_version) == (member.registered_at, 1)


async def test_nobody_has_no_profile(opened: str) -> None:
    with pytest.raises(NotFound):
        await profile(uuid4())
