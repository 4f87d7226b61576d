"""Passwords: argon2id, checked in a thread, and no quicker for a login that does not exist."""

import asyncio
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Refusal

LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 128
_HASHER: Final = PasswordHasher()
# Each check takes 64 MiB; a crowd at the door must not take all the memory there is.
_AT_ONCE: Final = 2


class UnfitPassword(Refusal):
    """A password must have %(least)s to %(most)s characters."""

    code = "unfit_password"

    def __init__(self) -> None:
        super().__init__(least=LENGTH_MIN, most=LENGTH_MAX)


async def hashed(password: str) -> str:
    """Return what is stored of a password; raises UnfitPassword if it is too short or long."""
    text = unicodedata.normalize("NFKC", password)
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        raise UnfitPassword
    return await asyncio.to_thread(_HASHER.hash, _bytes(text))


async def fits(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one; with no hash to compare it works as long, in vain."""
    text = unicodedata.normalize("NFKC", password[:LENGTH_MAX])
    async with _door():
        fit = await asyncio.to_thread(_fits, _bytes(text), password_hash or _nobody())
    return fit and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _fits(password: bytes, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash(b"nobody has this password")


def _door() -> asyncio.Semaphore:
    """The queue of this event loop before the hasher."""
    loop = asyncio.get_running_loop()
    return _DOORS.setdefault(loop, asyncio.Semaphore(_AT_ONCE))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
