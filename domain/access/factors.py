"""The second factor: codes from a person's own device, and a few to be used when it is lost."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

import pyotp

from domain import db
from domain.access import attempts, audit, staff_sessions
from domain.access.models import Staff
from domain.errors import Refusal
from domain.ids import new_code
from domain.programs import Program
from domain.secrets import seal, sign, unseal
from domain.sql import queries

SQL = queries("domain.access", "factors.sql")
RECOVERY_CODES: Final = 10
_SEAL: Final = "staff_factor"
_STEP_SECONDS: Final = 30
# A code counts a little early and a little late: clocks differ, and people type.
_STEPS_AROUND: Final = (0, -1, 1)
_CODE_LENGTH: Final = 10


class WrongCode(Refusal):
    """This code is wrong, or was used before. Wait for the next one and try again."""

    code = "wrong_code"


class FactorIsOn(Refusal):
    """The second step is on already."""

    code = "factor_is_on"


class FactorIsOff(Refusal):
    """The second step is not on."""

    code = "factor_is_off"


class OwnFactor(Refusal):
    """Nobody resets their own second step. Turn it off with a code, under Security."""

    code = "own_factor"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A secret that is to be put into an app: as a text to type, and as an address to scan."""

    secret: str
    address: str


@dataclass(frozen=True)
class Factor:
    """How a member's second step stands."""

    confirmed_at: datetime | None = None
    codes_left: int = 0

    @property
    def is_on(self) -> bool:
        """Whether signing in needs a code."""
        return self.confirmed_at is not None


async def factor_of(member: Staff) -> Factor:
    """Return how a member's second step stands."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["state"], member.id)
    return Factor(row["confirmed_at"], row["codes_left"]) if row else Factor()


async def set_up(member: Staff, *, now: datetime) -> None:
    """Make a secret that waits to be confirmed by a code; raises FactorIsOn."""
    fresh = seal(_SEAL, pyotp.random_base32())
    async with db.transaction() as connection:
        if await connection.fetchval(SQL["set_up"], member.id, fresh, now) is None:
            raise FactorIsOn


async def waiting(member: Staff, program: Program) -> Setup | None:
    """Return the secret that waits to be confirmed, if one does."""
    async with db.reading() as connection:
        sealed = await connection.fetchval(SQL["waiting"], member.id)
    if sealed is None:
        return None
    secret = unseal(_SEAL, sealed)
    # A colon is the border between the two names.
    issuer, login = (quote(name.replace(":", " ")) for name in (program.name, member.login))
    address = f"otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}"
    return Setup(secret=secret, address=address)


async def confirm(member: Staff, code: str, *, session: bytes, now: datetime) -> list[str]:
    """Turn the second step on with a first code, and return the recovery codes, shown once.

    The member's other sessions end. Raises WrongCode, TooManyTries, FactorIsOn or FactorIsOff.
    """
    claims = await attempts.claim([_subject(member)], now=now)
    async with db.transaction() as connection:
        row = await connection.fetchrow(SQL["locked"], member.id)
        if row is None:
            raise FactorIsOff
        if row["confirmed_at"]:
            raise FactorIsOn
        step = _step_of(unseal(_SEAL, row["secret"]), code, now)
        if step is None:
            raise WrongCode
        await connection.execute(SQL["confirm"], member.id, now, step)
        codes = await _renew(member.id)
        await staff_sessions.end_all(member.id, but=session, now=now)
        await audit.record("factor_turned_on", now=now, by=member)
    await attempts.release(claims)
    return codes


async def renew_codes(member: Staff, code: str, *, now: datetime) -> list[str]:
    """Return fresh recovery codes for a code; those from before count no more."""
    await check(member, code, now=now)
    async with db.transaction():
        codes = await _renew(member.id)
        await audit.record("recovery_codes_renewed", now=now, by=member)
    return codes


async def turn_off(member: Staff, code: str, *, now: datetime) -> None:
    """Sign in without a second step from now on; needs a code like signing in does."""
    await check(member, code, now=now)
    async with db.transaction() as connection:
        await connection.execute(SQL["remove"], member.id)
        await connection.execute(SQL["remove_codes"], member.id)
        await audit.record("factor_turned_off", now=now, by=member)


async def reset(member: Staff, *, by: Staff, now: datetime) -> None:
    """Let another member who lost device and codes sign in without.

    Raises OwnFactor, FactorIsOff.
    """
    if member.id == by.id:
        raise OwnFactor
    async with db.transaction() as connection:
        if await connection.fetchval(SQL["remove"], member.id) is None:
            raise FactorIsOff
        await connection.execute(SQL["remove_codes"], member.id)
        await staff_sessions.end_all(member.id, now=now)
        await audit.record("factor_reset", now=now, by=by, staff=str(member.id))


async def check(member: Staff, code: str, *, address: str | None = None, now: datetime) -> None:
    """Use a code up: of the app, or a recovery code.

    Raises WrongCode, TooManyTries after five wrong ones in 15 minutes of that member or from
    that address, and FactorIsOff.
    """
    subjects = [_subject(member), *([f"address:{address}"] if address else [])]
    claims = await attempts.claim(subjects, now=now)
    async with db.transaction() as connection:
        row = await connection.fetchrow(SQL["locked"], member.id)
        if row is None or row["confirmed_at"] is None:
            raise FactorIsOff
        step = _step_of(unseal(_SEAL, row["secret"]), code, now)
        if step is not None:
            used = await connection.fetchval(SQL["use_step"], member.id, step)
        else:
            used = await connection.fetchval(SQL["use_code"], member.id, _kept(member, code), now)
        if used is None:
            raise WrongCode
        if step is None:
            await audit.record("recovery_code_used", now=now, by=member, address=address)
    await attempts.release(claims)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, if it is one of those around now."""
    typed = "".join(code.split()).encode("utf-8", "replace")
    made = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    steps = [current + around for around in _STEPS_AROUND]
    return next(
        (s for s in steps if hmac.compare_digest(made.generate_otp(s).encode(), typed)), None
    )


async def _renew(staff_id: UUID) -> list[str]:
    codes = [new_code(_CODE_LENGTH) for _ in range(RECOVERY_CODES)]
    async with db.transaction() as connection:
        await connection.execute(SQL["remove_codes"], staff_id)
        await connection.executemany(
            SQL["add_code"], [(staff_id, _hash(staff_id, code)) for code in codes]
        )
    half = _CODE_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _kept(member: Staff, code: str) -> bytes:
    """Return what is stored of a recovery code, however it was typed."""
    return _hash(member.id, "".join(each for each in code.upper() if each.isalnum()))


def _hash(staff_id: UUID, code: str) -> bytes:
    # Keyed: whoever has the database alone cannot try codes out.
    return sign("recovery_code", f"{staff_id}:{code}".encode("utf-8", "replace"))


def _subject(member: Staff) -> str:
    return f"factor:{member.id}"
