import pytest

from domain import db
from domain.access import staff
from domain.access.passwords import UnfitPassword
from domain.access.roles import ROLES, Forbidden, may, require
from domain.access.sessions import SignInRequired
from domain.access.tokens import bearer_of, issue_token
from domain.errors import InvalidInput
from tests.clock import MONDAY_NOON
from tests.factories import a_program


async def test_a_login_is_unique_in_its_program_whatever_its_case(opened: str) -> None:
    mine, other = await a_program(), await a_program()
    await staff.create_staff(mine, login="Lan@Moc.vn", name="Lan", role="owner", now=MONDAY_NOON)
    await staff.create_staff(other, login="lan@moc.vn", name="Lan", role="owner", now=MONDAY_NOON)

    with pytest.raises(staff.LoginTaken):
        await staff.create_staff(mine, login="lan@moc.VN", name="x", role="owner", now=MONDAY_NOON)


@pytest.mark.parametrize("login", ["", "a", "a b", "lan\x00", "x" * 65, "=cmd", "ｌａｎ"])
async def test_a_login_of_odd_characters_is_refused(opened: str, login: str) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await staff.create_staff(program, login=login, name="x", role="owner", now=MONDAY_NOON)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 129])
async def test_a_password_too_short_or_too_long_is_refused(opened: str, password: str) -> None:
    program = await a_program()

    with pytest.raises(UnfitPassword):
        await staff.create_staff(
            program, login="lan", name="x", role="owner", password=password, now=MONDAY_NOON
        )


async def test_a_role_that_does_not_exist_is_refused(opened: str) -> None:
    program = await a_program()

    with pytest.raises(InvalidInput):
        await staff.create_staff(program, login="lan", name="x", role="root", now=MONDAY_NOON)


async def test_who_may_read_reports(opened: str) -> None:
    program = await a_program()
    allowed = {}
    for role in ROLES:
        member = await staff.create_staff(
            program, login=role, name=role, role=role, now=MONDAY_NOON
        )
        allowed[role] = may(member, "read_reports")
        if not allowed[role]:
            with pytest.raises(Forbidden):
                require(member, "read_reports")

    assert allowed == {"owner": True, "manager": True, "analyst": True, "cashier": False}
    assert await staff.owners(program.id) == ["owner"]


async def test_each_token_of_a_service_account_is_fresh_and_its_account_made_once(
    opened: str,
) -> None:
    program = await a_program()

    first = await issue_token(program, "nightly-export", MONDAY_NOON)
    second = await issue_token(program, "nightly-export", MONDAY_NOON)

    one, other = await bearer_of(first, now=MONDAY_NOON), await bearer_of(second, now=MONDAY_NOON)
    assert first != second
    assert one.id == other.id
    assert (one.role, one.is_service) == ("owner", True)


async def test_a_persons_login_is_no_service_account(opened: str) -> None:
    program = await a_program()
    await staff.create_staff(program, login="lan", name="Lan", role="analyst", now=MONDAY_NOON)

    with pytest.raises(staff.LoginTaken):
        await issue_token(program, "lan", MONDAY_NOON)


async def test_a_revoked_token_and_a_disabled_account_are_nobody(opened: str) -> None:
    program = await a_program()
    revoked = await issue_token(program, "one", MONDAY_NOON)
    disabled = await issue_token(program, "two", MONDAY_NOON)
    async with db.transaction() as connection:
        await connection.execute(
            "update admin_token set revoked_at = $1 where staff_id in (select id from staff where login = 'one')",
            MONDAY_NOON,
        )
    await staff.disable(await bearer_of(disabled, now=MONDAY_NOON), now=MONDAY_NOON)

    for token in (revoked, disabled, "", "loyalty_admin_x"):
        with pytest.raises(SignInRequired):
            await bearer_of(token, now=MONDAY_NOON)


async def test_tokens_and_passwords_are_not_kept(opened: str) -> None:
    program = await a_program()
    token = await issue_token(program, "robot", MONDAY_NOON)
    await staff.create_staff(
        program, login="lan", name="x", role="owner", password="a very long secret", now=MONDAY_NOON
    )

    async with db.reading() as connection:
        kept = await connection.fetchval(
            "select string_agg(t::text, ' ') from (select s::text from staff s"
            " union all select a::text from admin_token a union all select e::text from audit_entry e) as x(t)"
        )

    assert token not in kept
    assert "a very long secret" not in kept
