"""Sessions of the staff: a random token in a cookie, only its hash here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.access.sessions import SignInRequired, hash_of
from domain.errors import NotFound
from domain.ids import new_token
from domain.sql import queries

SQL = queries("domain.access", "staff_sessions.sql")
IDLE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=12)
# A session that is used all the time is written down once a minute, not at every page.
TOUCH: Final = timedelta(minutes=1)
_BROWSER_MAX: Final = 200


@dataclass(frozen=True, kw_only=True)
class StaffSession:
    """A member of the staff who is signed in, and the secret that their own forms carry."""

    token_hash: bytes
    csrf_token: str
    member: Staff


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A place where a member is signed in; `token_hash` names it and opens nothing."""

    token_hash: bytes
    address: str | None
    browser: str | None
    signed_in_at: datetime
    used_at: datetime


async def open_session(
    member: Staff, *, address: str | None = None, browser: str | None = None, now: datetime
) -> str:
    """Sign a member in and return the session's token, the only time it is known.

    It lapses after two hours of rest, and after twelve in any case.
    """
    token = new_token()
    seen = browser and browser[:_BROWSER_MAX].encode("ascii", "replace").decode()
    values = (hash_of(token), member.id, new_token(), now, now + LONGEST, address, seen)
    async with db.transaction() as connection:
        await connection.execute(SQL["open"], *values)
    return token


async def session_of(token: str, *, now: datetime) -> StaffSession:
    """Return the session of a token and let it slide on.

    Raises SignInRequired for one that is unknown, ended or lapsed, or whose member is disabled.
    """
    token_hash = hash_of(token)
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["find"], token_hash, now, now - IDLE)
        if row is None:
            raise SignInRequired
        if row["used_at"] + TOUCH <= now:
            await connection.execute(SQL["touch"], token_hash, now)
    member = await working(row["staff_id"])
    return StaffSession(token_hash=token_hash, csrf_token=row["csrf_token"], member=member)


async def working(staff_id: UUID) -> Staff:
    """Return a member who still works here, as they are now; raises SignInRequired."""
    member = await Staff.get_or_none(id=staff_id, disabled_at=None)
    if member is None:
        raise SignInRequired
    return member


async def end(token: str, *, now: datetime) -> None:
    """End a session at once."""
    async with db.transaction() as connection:
        await connection.execute(SQL["end"], hash_of(token), now)


async def seats_of(member: Staff, *, now: datetime) -> list[Seat]:
    """Return where a member is signed in, the place used last first."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["of_member"], member.id, now, now - IDLE)
    return [Seat(**dict(row)) for row in rows]


async def end_seat(member: Staff, token_hash: bytes, *, now: datetime) -> None:
    """End one of a member's own sessions; raises NotFound for one that is none of theirs."""
    async with db.transaction() as connection:
        if await connection.fetchval(SQL["end_one"], token_hash, member.id, now) is None:
            raise NotFound
        await audit.record("sessions_ended", now=now, by=member, staff=str(member.id))


async def end_others(member: Staff, *, but: bytes, now: datetime) -> None:
    """End a member's own sessions everywhere else."""
    async with db.transaction():
        await end_all(member.id, but=but, now=now)
        await audit.record("sessions_ended", now=now, by=member, staff=str(member.id))


async def end_all(staff_id: UUID, *, but: bytes = b"", now: datetime) -> None:
    """End every session of a member at once, except the one with that hash."""
    async with db.transaction() as connection:
        await connection.execute(SQL["end_all"], staff_id, now, but)


async def forget_ended(*, now: datetime) -> None:
    """Delete what nobody can use any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now)
