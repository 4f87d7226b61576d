"""Which Telegram account a member of the staff signs in with."""

from datetime import datetime
from uuid import UUID

import asyncpg

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.errors import InvalidInput, Refusal
from domain.names import clean_name
from domain.sql import queries

SQL = queries("domain.access", "telegram.sql")


class TelegramTaken(Refusal):
    """This Telegram account already belongs to another member of the team."""

    code = "telegram_taken"


class TelegramNotLinked(Refusal):
    """This Telegram account belongs to nobody on the team. Sign in another way, then link it."""

    code = "telegram_not_linked"


async def link(member: Staff, telegram_id: str, name: str, *, now: datetime) -> None:
    """Let a member sign in with a Telegram account, which has just proved to be theirs.

    It takes the place of the one before. Raises TelegramTaken.
    """
    if not telegram_id.isdecimal():
        raise InvalidInput("a Telegram account has a number")
    shown = clean_name(name)
    async with db.transaction() as connection:
        try:
            await connection.execute(SQL["link"], member.id, telegram_id, shown)
        except asyncpg.UniqueViolationError:
            raise TelegramTaken from None
        await audit.record("telegram_linked", now=now, by=member, telegram=telegram_id)
    member.telegram_id, member.telegram_name = telegram_id, shown


async def member_of(program_id: UUID, telegram_id: str) -> Staff | None:
    """Return who of the program's staff signs in with that account, if somebody may."""
    return await Staff.get_or_none(
        program_id=program_id, telegram_id=telegram_id, is_service=False, disabled_at=None
    )


async def unlink(member: Staff, *, now: datetime) -> None:
    """Let nobody in with the member's Telegram account any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["unlink"], member.id)
        await audit.record("telegram_unlinked", now=now, by=member, telegram=member.telegram_id)
    await member.refresh_from_db(fields=["telegram_id", "telegram_name"])
