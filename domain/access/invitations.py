"""Invitations: a link that lets a new member in once, and shows them where to begin."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain import db
from domain.access import audit
from domain.access.links import InvalidLink
from domain.access.models import Staff
from domain.access.sessions import hash_of
from domain.access.staff import create_staff
from domain.errors import Refusal
from domain.ids import new_token
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.access", "invitations.sql")
LIFETIME: Final = timedelta(days=3)


class NotInvited(Refusal):
    """This member has come in already; there is no invitation to send again."""

    code = "not_invited"


async def invite(
    program: Program, *, login: str, name: str, role: str, by: Staff, now: datetime
) -> str:
    """Make a member who has yet to come in, and return the token of their link, known only now.

    Raises LoginTaken, or InvalidInput for a bad login or role.
    """
    token = new_token()
    async with db.transaction() as connection:
        member = await create_staff(program, login=login, name=name, role=role, by=by, now=now)
        await connection.execute(
            SQL["invite"], member.id, hash_of(token), by.id, now, now + LIFETIME
        )
        await audit.record("staff_invited", now=now, by=by, staff=str(member.id), role=role)
    return token


async def invite_again(member: Staff, *, by: Staff, now: datetime) -> str:
    """Return the token of a new link; the one from before lets nobody in. Raises NotInvited."""
    token = new_token()
    values = (hash_of(token), by.id, now, now + LIFETIME)
    async with db.transaction() as connection:
        if await connection.fetchval(SQL["renew"], member.id, *values) is None:
            raise NotInvited
        await audit.record("invitation_renewed", now=now, by=by, staff=str(member.id))
    return token


async def accept(token: str, *, now: datetime) -> UUID:
    """Use an invitation up and return whom it lets in; raises InvalidLink."""
    async with db.transaction() as connection:
        staff_id: UUID | None = await connection.fetchval(SQL["accept"], hash_of(token), now)
    if staff_id is None:
        raise InvalidLink
    return staff_id
