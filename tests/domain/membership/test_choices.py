import asyncio
from datetime import date

import pytest

from domain.customers.profile import BirthdayLocked, profile
from domain.ledger.requests import KeyReused
from domain.membership.choices import Changes, change_profile, choose_notices
from domain.notices.preferences import CannotMute, muted
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program

SPRING = date(1994, 4, 12)


async def test_a_repeated_change_is_answered_from_memory(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id
    key = a_key(an, "once")

    first = await change_profile(an, Changes(birthday=SPRING), now=MONDAY_NOON, request=key)
    again = await change_profile(an, Changes(birthday=SPRING), now=MONDAY_NOON, request=key)

    assert (first.replayed, again.replayed) == (False, True)
    assert again.facts == first.facts
    with pytest.raises(KeyReused):
        await change_profile(
            an, Changes(locale="en"), now=MONDAY_NOON, request=a_key(an, "once", "other")
        )


async def test_a_refused_change_changes_nothing_at_all(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id
    await change_profile(an, Changes(birthday=SPRING), now=MONDAY_NOON, request=a_key(an))

    with pytest.raises(BirthdayLocked):
        await change_profile(
            an,
            Changes(birthday=date(1990, 1, 1), locale="en"),
            now=MONDAY_NOON,
            request=a_key(an),
        )

    assert (await profile(an)).locale == "vi"


async def test_of_two_birthdays_at_once_one_stands(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id
    days = [date(1990, 1, day) for day in range(1, 7)]

    results = await asyncio.gather(
        *(
            change_profile(an, Changes(birthday=day), now=MONDAY_NOON, request=a_key(an))
            for day in days
        ),
        return_exceptions=True,
    )

    assert len([r for r in results if not isinstance(r, BaseException)]) == 1
    assert all(isinstance(r, BirthdayLocked) for r in results if isinstance(r, BaseException))
    assert (await profile(an)).birthday in days


async def test_notices_are_muted_and_wanted_again(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id
    off = {"friend_joined": False, "broadcast": False}

    await choose_notices(an, off, now=MONDAY_NOON, request=a_key(an))
    assert await muted(an) == {"friend_joined", "broadcast"}
    await choose_notices(an, {"broadcast": True}, now=MONDAY_NOON, request=a_key(an))

    assert await muted(an) == {"friend_joined"}


async def test_what_cannot_be_muted_leaves_the_others_as_they_were(opened: str) -> None:
    an = (await a_member(await a_program())).customer_id

    with pytest.raises(CannotMute):
        await choose_notices(
            an,
            {"broadcast": False, "no_such_kind": False},
            now=MONDAY_NOON,
            request=a_key(an),
        )

    assert await muted(an) == frozenset()
