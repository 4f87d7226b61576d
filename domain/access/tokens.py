"""Admin API tokens: how a script of the merchant's proves which service account it is."""

from datetime import datetime
from typing import Final

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.access.sessions import SignInRequired, hash_of
from domain.access.staff import LoginTaken, create_staff, normal_login
from domain.access.staff_sessions import working
from domain.ids import new_token
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.access", "tokens.sql")
# Tells a secret scanner, and whoever finds it in a log, what it is.
PREFIX: Final = "loyalty_admin_"


async def issue_token(program: Program, name: str, now: datetime) -> str:
    """Return a fresh token of the service account of that name, made as an owner if new.

    Older tokens of the account keep working. Raises LoginTaken if a person has that login.
    """
    token = PREFIX + new_token()
    async with db.transaction() as connection:
        account = await Staff.get_or_none(program_id=program.id, login=normal_login(name))
        account = account or await create_staff(
            program, login=name, name=name, role="owner", is_service=True, now=now
        )
        if not account.is_service:
            raise LoginTaken(login=name)
        await connection.execute(SQL["issue"], hash_of(token), account.id, now)
        await audit.record(
            "token_issued", now=now, by="operator", program_id=program.id, staff=str(account.id)
        )
    return token


async def bearer_of(token: str) -> Staff:
    """Return the account of a token; raises SignInRequired if it is unknown or revoked."""
    async with db.reading() as connection:
        staff_id = await connection.fetchval(SQL["find"], hash_of(token))
    if staff_id is None:
        raise SignInRequired
    return await working(staff_id)
