"""The team: who works for a program, and what an owner may do about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import db
from domain.access import audit, staff, staff_sessions
from domain.access.models import Staff
from domain.db import Connection
from domain.errors import NotFound, Refusal
from domain.sql import queries

SQL = queries("domain.access", "team.sql")


class LastOwner(Refusal):
    """A program needs an owner. Make somebody else an owner first."""

    code = "last_owner"


class OwnRole(Refusal):
    """Nobody changes their own role or shuts themselves out. Another owner can do it."""

    code = "own_role"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person of the team. `invited_until` is set while they have yet to come in."""

    id: UUID
    login: str
    name: str
    role: str
    telegram_name: str | None
    signed_in_at: datetime | None
    disabled_at: datetime | None
    has_factor: bool
    invited_until: datetime | None
    sessions: int


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token of a service account, by how it ends."""

    id: UUID
    hint: str | None
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service account and the tokens that open something as it."""

    id: UUID
    login: str
    role: str
    disabled_at: datetime | None
    tokens: tuple[Token, ...]


async def people(program_id: UUID, *, now: datetime) -> list[Colleague]:
    """Return the people of a program: who works here first, the longest first."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["people"], program_id, now, now - staff_sessions.IDLE)
    return [Colleague(**dict(row)) for row in rows]


async def services(program_id: UUID) -> list[Service]:
    """Return the service accounts of a program, each with the tokens that are not revoked."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["services"], program_id)
        tokens = await connection.fetch(SQL["tokens"], program_id)
    held: dict[UUID, list[Token]] = {}
    for token in tokens:
        values = {name: token[name] for name in ("id", "hint", "created_at", "used_at")}
        held.setdefault(token["staff_id"], []).append(Token(**values))
    return [Service(**dict(row), tokens=tuple(held.get(row["id"], ()))) for row in rows]


async def names(program_id: UUID) -> dict[UUID, str]:
    """Return how everybody who works, or worked, for a program is called."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["names"], program_id)
    return {row["id"]: row["name"] for row in rows}


async def member_of(program_id: UUID, staff_id: UUID) -> Staff:
    """Return a member, or a service account, of this program; raises NotFound."""
    member = await Staff.get_or_none(id=staff_id, program_id=program_id)
    if member is None:
        raise NotFound
    return member


async def change_role(member: Staff, role: str, *, by: Staff, now: datetime) -> None:
    """Give somebody else another role; raises OwnRole, or LastOwner if nobody would be one."""
    async with db.transaction() as connection:
        await _check(connection, member, by)
        await staff.change_role(member, role, by=by, now=now)


async def disable(member: Staff, *, by: Staff, now: datetime) -> None:
    """Shut somebody else out at once; raises OwnRole, or LastOwner if no owner would be left."""
    async with db.transaction() as connection:
        await _check(connection, member, by)
        await staff.disable(member, by=by, now=now)


async def end_sessions(member: Staff, *, by: Staff, now: datetime) -> None:
    """End every session of a member at once."""
    async with db.transaction():
        await staff_sessions.end_all(member.id, now=now)
        await audit.record("sessions_ended", now=now, by=by, staff=str(member.id))


async def _check(connection: Connection, member: Staff, by: Staff) -> None:
    if member.id == by.id:
        raise OwnRole
    # Two owners who demote each other wait here for one another.
    rows = await connection.fetch(SQL["lock_owners"], member.program_id)
    owners = {row["id"] for row in rows}
    if owners == {member.id}:
        raise LastOwner
