"""Staff: the people, and the service accounts, that work for a program."""

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from domain import db
from domain.access import attempts, audit, passwords, staff_sessions
from domain.access.audit import Actor
from domain.access.models import Staff
from domain.access.roles import check_role
from domain.errors import InvalidInput, Refusal
from domain.ids import new_id
from domain.names import clean_name
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.access", "staff.sql")
LOCALES: Final = ("vi", "en")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9@._+-]{1,63}")


class LoginTaken(Refusal):
    """The login %(login)s is taken."""

    code = "login_taken"


class WrongPassword(Refusal):
    """This is not your current password."""

    code = "wrong_password"


async def create_staff(
    program: Program,
    *,
    login: str,
    name: str,
    role: str,
    password: str | None = None,
    is_service: bool = False,
    by: Actor = "operator",
    now: datetime,
) -> Staff:
    """Make a member of a program's staff, who signs in by link, or by password if one is given.

    Raises LoginTaken, UnfitPassword, or InvalidInput for a bad login or role.
    """
    password_hash = None if password is None else await passwords.hashed(password)
    values = (normal_login(login), clean_name(name), check_role(role), is_service, password_hash)
    async with db.transaction() as connection:
        made = await connection.fetchval(
            SQL["create"], new_id(), program.id, *values, program.locale, now
        )
        if made is None:
            raise LoginTaken(login=login)
        await audit.record(
            "staff_created",
            now=now,
            by=by,
            program_id=program.id,
            staff=str(made),
            role=role,
            is_service=is_service,
        )
        return await Staff.get(id=made)


def normal_login(login: str) -> str:
    """Return a login as it is compared: lower case, no spaces around it."""
    normal = login.strip().lower()
    if not _LOGIN.fullmatch(normal):
        raise InvalidInput("a login has 2 to 64 letters, digits and . _ - + @")
    return normal


async def change_role(member: Staff, role: str, *, by: Actor = "operator", now: datetime) -> None:
    """Give a member another role; what they are doing under the old one ends at once."""
    check_role(role)
    async with db.transaction() as connection:
        await connection.execute(SQL["change_role"], member.id, role)
        await staff_sessions.end_all(member.id, now=now)
        await audit.record(
            "role_changed",
            now=now,
            by=by,
            program_id=member.program_id,
            staff=str(member.id),
            before=member.role,
            after=role,
        )
    member.role = role


async def disable(member: Staff, *, by: Actor = "operator", now: datetime) -> None:
    """Shut a member out: no session and no token of theirs works from now on."""
    async with db.transaction() as connection:
        await connection.execute(SQL["disable"], member.id, now)
        await staff_sessions.end_all(member.id, now=now)
        await audit.record(
            "staff_disabled",
            now=now,
            by=by,
            program_id=member.program_id,
            staff=str(member.id),
        )
    member.disabled_at = now


async def enable(member: Staff, *, by: Actor = "operator", now: datetime) -> None:
    """Let a member who was shut out come in again; what ended then stays ended."""
    async with db.transaction() as connection:
        await connection.execute(SQL["enable"], member.id)
        await audit.record(
            "staff_enabled",
            now=now,
            by=by,
            program_id=member.program_id,
            staff=str(member.id),
        )
    member.disabled_at = None


async def change_password(
    member: Staff, password: str, *, current: str | None, session: bytes, now: datetime
) -> None:
    """Let a member sign in by another password from now on; their other sessions end.

    Raises WrongPassword unless `current` is the one they have, if they have one, TooManyTries
    after five wrong ones, and UnfitPassword.
    """
    if member.password_hash is not None:
        claims = await attempts.claim([f"password:{member.id}"], now=now)
        if not await passwords.fits(current or "", member.password_hash):
            raise WrongPassword
        await attempts.release(claims)
    password_hash = await passwords.hashed(password)
    async with db.transaction():
        await store_password(member, password_hash)
        await staff_sessions.end_all(member.id, but=session, now=now)
        await audit.record("password_changed", now=now, by=member)


async def store_password(member: Staff, password_hash: str) -> None:
    """Keep another hash of a member's password."""
    async with db.transaction() as connection:
        await connection.execute(SQL["set_password"], member.id, password_hash)
    member.password_hash = password_hash


async def set_locale(member: Staff, locale: str) -> None:
    """Speak to a member in `vi` or `en` from now on."""
    if locale not in LOCALES:
        raise InvalidInput("unknown language")
    async with db.transaction() as connection:
        await connection.execute(SQL["set_locale"], member.id, locale)
    member.locale = locale


async def owners(program_id: UUID) -> list[str]:
    """Return the names of the people who may change what others are allowed to do."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["owners"], program_id)
    return [row["name"] for row in rows]


async def program_of(member: Staff) -> Program:
    """Return the program that a member works for."""
    return await Program.get(id=member.program_id)
