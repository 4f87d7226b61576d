import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain import db
from domain.customers.enrolment import (
    Identity,
    by_id,
    by_identity,
    enrol,
    mark_reachable,
    mark_unreachable,
    rename,
    set_locale,
)
from domain.customers.models import Customer
from domain.errors import NotFound
from domain.ids import new_id
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_program, a_visitor, balance_of

NOW = MONDAY_NOON
# Larger than 32 bits hold, as Telegram's are.
KIM = Identity("telegram", "7806750434")


async def _enrols(program: Program, identity: Identity) -> Customer | None:
    async with db.transaction() as connection:
        return await enrol(connection, program.id, identity, name="Kim", locale="vi", now=NOW)


async def test_a_new_customer_has_an_account_a_code_and_a_channel(opened: str) -> None:
    program = await a_program()

    made = await _enrols(program, KIM)

    assert made
    assert (made.name, made.locale, made.joined_at, made.registered_at) == ("Kim", "vi", NOW, None)
    assert await balance_of(made) == 0
    async with db.reading() as connection:
        channel = await connection.fetchrow("select * from channel")
        invite = await connection.fetchrow("select * from invite")
    assert channel
    assert (channel["kind"], channel["address"]) == ("telegram", KIM.value)
    assert invite
    assert (invite["code"], invite["customer_id"]) == (made.invite_code, made.customer_id)


async def test_a_code_says_nothing_about_its_owner(opened: str) -> None:
    program = await a_program()

    codes = {(await a_visitor(program)).invite_code for _ in range(20)}

    assert len(codes) == 20
    assert all(
        len(code) == 8 and set(code) <= set("23456789BCDFGHJKMNPQRSTVWXYZ") for code in codes
    )


async def test_an_identity_belongs_to_one_customer_of_a_program(opened: str) -> None:
    program, other = await a_program(), await a_program()

    made = await asyncio.gather(*(_enrols(program, KIM) for _ in range(5)))
    elsewhere = await _enrols(other, KIM)

    [winner] = [each for each in made if each]
    found = await by_identity(program.id, KIM)
    assert found == winner
    assert elsewhere
    assert elsewhere != winner
    assert await by_identity(program.id, Identity("zalo", KIM.value)) is None


async def test_an_enrolment_that_fails_leaves_the_identity_free(opened: str) -> None:
    program = await a_program()

    async def fails() -> None:
        async with db.transaction() as connection:
            await enrol(connection, program.id, KIM, name="Kim", locale="vi", now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()

    assert await by_identity(program.id, KIM) is None
    assert await _enrols(program, KIM)


async def test_names_and_languages_change(opened: str) -> None:
    visitor = await a_visitor(await a_program(), name="Kim")

    await rename(visitor, "  Kim\u202e Ngân ")
    await set_locale(visitor, "en")

    found = await by_id(visitor.customer_id)
    assert (found.name, found.locale) == ("Kim Ngân", "en")
    with pytest.raises(ValueError, match="fr"):
        await set_locale(visitor, "fr")
    with pytest.raises(NotFound):
        await by_id(new_id())


async def test_a_chat_that_refuses_is_remembered_from_the_first_time(opened: str) -> None:
    visitor = await a_visitor(await a_program())

    async def unreachable_since(customer_id: UUID) -> object:
        async with db.reading() as connection:
            return await connection.fetchval(
                "select unreachable_at from channel where customer_id = $1", customer_id
            )

    for minutes in (0, 5):
        at = NOW + timedelta(minutes=minutes)
        await mark_unreachable(visitor.customer_id, "telegram", now=at)
    refused = await unreachable_since(visitor.customer_id)
    await mark_reachable(visitor.customer_id, "telegram")

    assert refused == NOW
    assert await unreachable_since(visitor.customer_id) is None
