"""Web and worker need no more than a login that is a member of the application's role."""

from urllib.parse import urlsplit

import asyncpg
import pytest

from domain import db
from domain.ledger.standing import standing
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program


@pytest.fixture
async def login(database: str) -> str:
    """The address of a login that owns nothing."""
    owner = await asyncpg.connect(database)
    await owner.execute("drop role if exists only_a_member")
    await owner.execute("create role only_a_member login noinherit in role loyalty_app")
    await owner.close()
    parts = urlsplit(database)
    netloc = parts.netloc.replace("postgres@", "only_a_member@")
    return parts._replace(netloc=netloc).geturl()


async def test_a_member_of_the_role_runs_the_program(login: str) -> None:
    async with db.opened(login):
        member = await a_member(await a_program())

        assert (await standing(member.customer_id, now=MONDAY_NOON)).balance > 0


@pytest.mark.parametrize("before", ["select", "set role none", "reset role"])
async def test_it_can_never_write_a_movement_itself(login: str, before: str) -> None:
    async with db.opened(login):
        await a_member(await a_program())
    connection = await asyncpg.connect(login, server_settings={"role": "loyalty_app"})
    await connection.execute(before)

    for statement in (
        "update movement set amount = 1000000",
        "delete from movement",
        "insert into movement select * from movement",
        "update account set balance = 1000000",
        "drop table movement",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
