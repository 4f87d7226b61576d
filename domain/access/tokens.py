"""Admin API tokens: how a script of the merchant's proves which service account it is."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain import db
from domain.access import audit
from domain.access.audit import Actor
from domain.access.models import Staff
from domain.access.sessions import SignInRequired, hash_of
from domain.access.staff import LoginTaken, create_staff, normal_login
from domain.access.staff_sessions import working
from domain.errors import NotFound
from domain.ids import new_id, new_token
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.access", "tokens.sql")
# Tells a secret scanner, and whoever finds it in a log, what it is.
PREFIX: Final = "loyalty_admin_"
# A token that is used all the time is written down once an hour, not at every call.
TOUCH: Final = timedelta(hours=1)
_HINT: Final = 4


async def issue_token(
    program: Program, name: str, now: datetime, *, role: str = "owner", by: Actor = "operator"
) -> str:
    """Return a fresh token of the service account of that name, made in that role if new.

    Older tokens of the account keep working. Raises LoginTaken if a person has that login.
    """
    async with db.transaction():
        account = await Staff.get_or_none(program_id=program.id, login=normal_login(name))
        account = account or await create_staff(
            program, login=name, name=name, role=role, is_service=True, by=by, now=now
        )
        if not account.is_service:
            raise LoginTaken(login=name)
        return await another_token(account, by=by, now=now)


async def another_token(account: Staff, *, by: Actor, now: datetime) -> str:
    """Return a fresh token of a service account, the only time it is known.

    Raises NotFound for a person: what a token does is done in its account's name.
    """
    if not account.is_service:
        raise NotFound
    token = PREFIX + new_token()
    token_id = new_id()
    async with db.transaction() as connection:
        values = (hash_of(token), account.id, now, token_id, token[-_HINT:])
        await connection.execute(SQL["issue"], *values)
        await audit.record(
            "token_issued",
            now=now,
            by=by,
            program_id=account.program_id,
            staff=str(account.id),
            token=token[-_HINT:],
        )
    return token


async def revoke_token(account: Staff, token_id: UUID, *, by: Staff, now: datetime) -> None:
    """Let a token open nothing from now on; raises NotFound if the account has no such token."""
    async with db.transaction() as connection:
        hint = await connection.fetchval(SQL["revoke"], token_id, account.id, now)
        if hint is None:
            raise NotFound
        await audit.record("token_revoked", now=now, by=by, staff=str(account.id), token=hint)


async def bearer_of(token: str, *, now: datetime) -> Staff:
    """Return the account of a token; raises SignInRequired if it is unknown or revoked."""
    token_hash = hash_of(token)
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["find"], token_hash)
        if row is None:
            raise SignInRequired
        if row["used_at"] is None or row["used_at"] + TOUCH <= now:
            await connection.execute(SQL["touch"], token_hash, now)
    return await working(row["staff_id"])
