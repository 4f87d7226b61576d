"""How staff come in: by a one-time link, by login and password, or with Telegram.

Whoever has a second factor has then only half come in: a code lets them in altogether.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from domain import db
from domain.access import (
    attempts,
    audit,
    factors,
    invitations,
    links,
    passwords,
    staff,
    staff_sessions,
    telegram,
)
from domain.access.models import Staff
from domain.access.sessions import SignInRequired, hash_of
from domain.errors import InvalidInput, NotFound, Refusal
from domain.ids import new_token
from domain.programs import Program, by_slug
from domain.sql import queries

SQL = queries("domain.access", "sign_in.sql")
STEP_LIFETIME: Final = timedelta(minutes=10)
Way = Literal["link", "invitation", "password", "telegram"]


class WrongCredentials(Refusal):
    """Login or password is wrong."""

    code = "wrong_credentials"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who stands at the door: the address and the browser of somebody not known yet."""

    address: str
    browser: str | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody got at the door: a session's token, or one that only a code makes worth it."""

    token: str
    way: Way
    needs_code: bool = False


async def by_link(token: str, *, visitor: Visitor, now: datetime) -> Entry:
    """Use a sign-in link, or an invitation, up; raises InvalidLink."""
    async with db.transaction():
        staff_id, way = await _guest(token, now)
        member = await Staff.get_or_none(id=staff_id, disabled_at=None)
        if member is None:
            raise links.InvalidLink
        if way == "invitation":
            await audit.record("invitation_accepted", now=now, by=member, address=visitor.address)
        return await _let_in(member, visitor, way, now)


async def by_password(
    login: str, password: str, *, program: str | None = None, visitor: Visitor, now: datetime
) -> Entry:
    """Let somebody in for the right password.

    Raises WrongCredentials, after the same work whether or not the login exists, and
    TooManyTries after five failures in 15 minutes of that login or from that address.
    """
    here = await program_meant(program)
    program_id = here.id if here else None
    subjects = (f"login:{program_id}:{login.strip().lower()}", f"address:{visitor.address}")
    claims = await attempts.claim(subjects, now=now)
    member = await _member(program_id, login)
    known = member.password_hash if member else None
    if not await passwords.fits(password, known) or member is None or known is None:
        facts = {"staff": str(member.id)} if member else {}
        await _failed("password", program_id, visitor, now, **facts)
        raise WrongCredentials
    await attempts.release(claims)
    if renewed := await passwords.renewed(password, known):
        await staff.store_password(member, renewed)
    return await _let_in(member, visitor, "password", now)


async def by_telegram(
    program: Program, telegram_id: str, *, visitor: Visitor, now: datetime
) -> Entry:
    """Let in whoever Telegram vouches for; raises TelegramNotLinked, and never makes a member."""
    member = await telegram.member_of(program.id, telegram_id)
    if member is None:
        await _failed("telegram", program.id, visitor, now, telegram=telegram_id)
        raise telegram.TelegramNotLinked
    return await _let_in(member, visitor, "telegram", now)


async def by_code(step: str, code: str, *, visitor: Visitor, now: datetime) -> Entry:
    """Let in whoever gave the first proof before, and the right code now.

    Raises SignInRequired if the first proof is ten minutes old or was used, WrongCode, and
    TooManyTries.
    """
    member, way = await _half_in(step, now)
    try:
        await factors.check(member, code, address=visitor.address, now=now)
    except factors.WrongCode:
        await _failed(way, member.program_id, visitor, now, staff=str(member.id), step="code")
        raise
    async with db.transaction() as connection:
        if await connection.fetchval(SQL["finish"], hash_of(step)) is None:
            raise SignInRequired
        return await _open(member, visitor, way, now, with_code=True)


async def is_half_in(step: str, *, now: datetime) -> bool:
    """Tell whether a code would let this visitor in."""
    async with db.reading() as connection:
        return await connection.fetchrow(SQL["half_in"], hash_of(step), now) is not None


async def sign_out(session: staff_sessions.StaffSession, token: str, *, now: datetime) -> None:
    """End a session at once, and write it down."""
    async with db.transaction():
        await staff_sessions.end(token, now=now)
        await audit.record("signed_out", now=now, by=session.member)


async def programs_to_choose() -> bool:
    """Tell whether a login alone does not say which program is meant."""
    return len(await Program.all().limit(2).values("id")) > 1


async def program_meant(slug: str | None) -> Program | None:
    """Return the program of that address, or the only one there is."""
    if slug:
        try:
            return await by_slug(slug)
        except NotFound:
            return None
    found = await Program.all().limit(2)
    return found[0] if len(found) == 1 else None


async def forget_lapsed(*, now: datetime) -> None:
    """Delete first proofs that no code completes any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now)


async def _guest(token: str, now: datetime) -> tuple[UUID, Way]:
    try:
        return (await links.use_link("staff", token, now=now)).subject_id, "link"
    except links.InvalidLink:
        return await invitations.accept(token, now=now), "invitation"


async def _let_in(member: Staff, visitor: Visitor, way: Way, now: datetime) -> Entry:
    if not (await factors.factor_of(member)).is_on:
        return await _open(member, visitor, way, now)
    token = new_token()
    async with db.transaction() as connection:
        await connection.execute(SQL["half"], hash_of(token), member.id, way, now + STEP_LIFETIME)
    return Entry(token=token, way=way, needs_code=True)


async def _open(
    member: Staff, visitor: Visitor, way: Way, now: datetime, *, with_code: bool = False
) -> Entry:
    async with db.transaction() as connection:
        token = await staff_sessions.open_session(
            member, address=visitor.address, browser=visitor.browser, now=now
        )
        await connection.execute(SQL["signed_in"], member.id, now)
        facts: dict[str, Any] = {"with_code": True} if with_code else {}
        address = visitor.address
        await audit.record("signed_in", now=now, by=member, address=address, way=way, **facts)
    return Entry(token=token, way=way)


async def _half_in(step: str, now: datetime) -> tuple[Staff, Way]:
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["half_in"], hash_of(step), now)
    if row is None:
        raise SignInRequired
    way: Way = row["way"]
    return await staff_sessions.working(row["staff_id"]), way


async def _failed(
    way: Way, program_id: UUID | None, visitor: Visitor, now: datetime, **facts: str
) -> None:
    await audit.record(
        "sign_in_failed",
        now=now,
        by="stranger",
        program_id=program_id,
        address=visitor.address,
        way=way,
        **facts,
    )


async def _member(program_id: UUID | None, login: str) -> Staff | None:
    try:
        normal = staff.normal_login(login)
    except InvalidInput:
        return None
    return await Staff.get_or_none(
        program_id=program_id, login=normal, is_service=False, disabled_at=None
    )
