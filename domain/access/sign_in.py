"""How staff come in: by a one-time link, or by login and password."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import db
from domain.access import attempts, audit, links, passwords, staff, staff_sessions
from domain.access.models import Staff
from domain.errors import InvalidInput, NotFound, Refusal
from domain.programs import Program, by_slug


class WrongCredentials(Refusal):
    """Login or password is wrong."""

    code = "wrong_credentials"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who stands at the door: the address and the browser of somebody not known yet."""

    address: str
    browser: str | None = None


async def by_link(token: str, *, visitor: Visitor, now: datetime) -> str:
    """Use a sign-in link up and return a session's token; raises InvalidLink."""
    async with db.transaction():
        guest = await links.use_link("staff", token, now=now)
        member = await Staff.get_or_none(id=guest.subject_id, disabled_at=None)
        if member is None:
            raise links.InvalidLink
        return await _let_in(member, visitor, "link", now)


async def by_password(
    login: str, password: str, *, program: str | None = None, visitor: Visitor, now: datetime
) -> str:
    """Return a session's token for the right password.

    Raises WrongCredentials, after the same work whether or not the login exists, and
    TooManyTries after five failures in 15 minutes of that login or from that address.
    """
    here = await _program(program)
    program_id = here.id if here else None
    subjects = (f"login:{program_id}:{login.strip().lower()}", f"address:{visitor.address}")
    claims = await attempts.claim(subjects, now=now)
    member = await _member(program_id, login)
    known = member.password_hash if member else None
    if not await passwords.fits(password, known) or member is None or known is None:
        facts = {"staff": str(member.id)} if member else {}
        await audit.record(
            "sign_in_failed",
            now=now,
            by="stranger",
            program_id=program_id,
            address=visitor.address,
            **facts,
        )
        raise WrongCredentials
    await attempts.release(claims)
    if renewed := await passwords.renewed(password, known):
        await staff.store_password(member, renewed)
    return await _let_in(member, visitor, "password", now)


async def sign_out(session: staff_sessions.StaffSession, token: str, *, now: datetime) -> None:
    """End a session at once, and write it down."""
    async with db.transaction():
        await staff_sessions.end(token, now=now)
        await audit.record("signed_out", now=now, by=session.member)


async def programs_to_choose() -> bool:
    """Tell whether a login alone does not say which program is meant."""
    return len(await Program.all().limit(2).values("id")) > 1


async def _let_in(member: Staff, visitor: Visitor, way: str, now: datetime) -> str:
    async with db.transaction():
        token = await staff_sessions.open_session(
            member, address=visitor.address, browser=visitor.browser, now=now
        )
        await audit.record("signed_in", now=now, by=member, address=visitor.address, way=way)
    return token


async def _program(slug: str | None) -> Program | None:
    if slug:
        try:
            return await by_slug(slug)
        except NotFound:
            return None
    found = await Program.all().limit(2)
    return found[0] if len(found) == 1 else None


async def _member(program_id: UUID | None, login: str) -> Staff | None:
    try:
        normal = staff.normal_login(login)
    except InvalidInput:
        return None
    return await Staff.get_or_none(
        program_id=program_id, login=normal, is_service=False, disabled_at=None
    )
