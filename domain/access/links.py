"""One-time sign-in links, for customers and for staff: the token is in the link, its hash here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from domain import db
from domain.access.sessions import hash_of
from domain.errors import Refusal
from domain.ids import new_token
from domain.sql import queries

SQL = queries("domain.access", "links.sql")
LIFETIME: Final = timedelta(minutes=15)
Audience = Literal["customer", "staff"]


class InvalidLink(Refusal):
    """This sign-in link was used before or has expired. Ask for a new one."""

    code = "invalid_link"


@dataclass(frozen=True)
class Guest:
    """Whom a link lets in."""

    program_id: UUID
    subject_id: UUID


async def make_link(
    program_id: UUID, audience: Audience, subject_id: UUID, *, now: datetime
) -> str:
    """Return the token of a link that lets this customer, or member of staff, in once.

    It lapses after 15 minutes.
    """
    token = new_token()
    async with db.transaction() as connection:
        await connection.execute(
            SQL["make"], hash_of(token), program_id, audience, subject_id, now + LIFETIME
        )
    return token


async def use_link(
    audience: Audience, token: str, *, now: datetime, program_id: UUID | None = None
) -> Guest:
    """Use a link up and return whom it lets in; of two at the same instant, one is let in.

    Raises InvalidLink if it is used, lapsed, unknown, or of another program or audience.
    """
    async with db.transaction() as connection:
        row = await connection.fetchrow(SQL["use"], hash_of(token), audience, now, program_id)
    if row is None:
        raise InvalidLink
    return Guest(program_id=row["program_id"], subject_id=row["subject_id"])


async def forget_lapsed(*, now: datetime) -> None:
    """Delete links that let nobody in any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now)
