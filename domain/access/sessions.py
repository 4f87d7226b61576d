"""Customers' sessions: a random token in the page, only its hash here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain import db
from domain.errors import Refusal
from domain.ids import new_token
from domain.sql import queries

SQL = queries("domain.access", "sessions.sql")
IDLE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=24)
# A session that is used all the time is written down once a minute, not at every call.
TOUCH: Final = timedelta(minutes=1)


class SignInRequired(Refusal):
    """Please sign in again."""

    code = "sign_in_required"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A customer who is signed in until `expires_at`, or longer if the session is used."""

    token_hash: bytes
    customer_id: UUID
    channel: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A new session. This is the only time its token is known."""

    token: str
    session: Session


async def open_session(
    program_id: UUID,
    customer_id: UUID,
    *,
    channel: str,
    now: datetime,
    proved_at: datetime | None = None,
) -> Opened:
    """Sign a customer in for two hours, again and again, but never past 24 hours.

    The 24 hours count from `proved_at`, when the chat vouched for the customer: a proof that is
    shown twice does not live longer.
    """
    token = new_token()
    ends_at = min(proved_at or now, now) + LONGEST
    token_hash = hash_of(token)
    async with db.transaction() as connection:
        await connection.execute(
            SQL["open"], token_hash, program_id, customer_id, channel, now, ends_at
        )
    expires_at = min(now + IDLE, ends_at)
    session = Session(
        token_hash=token_hash, customer_id=customer_id, channel=channel, expires_at=expires_at
    )
    return Opened(token=token, session=session)


async def session_of(program_id: UUID, token: str, *, now: datetime) -> Session:
    """Return the session of a token in this program and let it slide on.

    Raises SignInRequired for a token that is unknown, of another program, revoked or too old.
    """
    token_hash = hash_of(token)
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["find"], token_hash, program_id)
        if row is None or row["revoked_at"] or now >= min(row["used_at"] + IDLE, row["ends_at"]):
            raise SignInRequired
        if row["used_at"] + TOUCH <= now:
            await connection.execute(SQL["touch"], token_hash, now)
    return Session(
        token_hash=token_hash,
        customer_id=row["customer_id"],
        channel=row["channel"],
        expires_at=min(now + IDLE, row["ends_at"]),
    )


async def revoke(session: Session, *, now: datetime) -> None:
    """End a session at once."""
    async with db.transaction() as connection:
        await connection.execute(SQL["revoke"], session.token_hash, now)


async def revoke_all(customer_id: UUID, *, now: datetime) -> None:
    """End every session of a customer at once: banned, unlinked, or signed out everywhere."""
    async with db.transaction() as connection:
        await connection.execute(SQL["revoke_all"], customer_id, now)


async def forget_ended(*, now: datetime) -> None:
    """Delete what nobody can use any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now)


def hash_of(token: str) -> bytes:
    """Return what is stored of a token."""
    return sha256(token.encode("utf-8", "replace")).digest()
