"""Passwords: argon2id, checked in a thread, and no quicker for a login that does not exist."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Refusal

T = TypeVar("T")
LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 128
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
# Each check takes 46 MiB: a crowd at the door queues and does not take the memory of everybody.
_THREADS: Final = ThreadPoolExecutor(2, thread_name_prefix="password")


class UnfitPassword(Refusal):
    """A password must have %(least)s to %(most)s characters."""

    code = "unfit_password"

    def __init__(self) -> None:
        super().__init__(least=LENGTH_MIN, most=LENGTH_MAX)


async def hashed(password: str) -> str:
    """Return what is stored of a password; raises UnfitPassword if it is too short or long."""
    text = _normal(password)
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        raise UnfitPassword
    return await _hash(text)


async def fits(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one; with no hash to compare it works as long, in vain."""
    text = _normal(password)
    known = password_hash is not None and len(text) <= LENGTH_MAX
    fit = await _in_a_thread(_verified, (password_hash if known else None) or _nobody(), text)
    return fit and known


async def renewed(password: str, password_hash: str) -> str | None:
    """Return a better hash of a password that was hashed with other settings than today's."""
    outdated = _HASHER.check_needs_rehash(password_hash)
    return await _hash(_normal(password)) if outdated else None


def _normal(password: str) -> str:
    """One person's keyboard sends "é" as one character, another's as two."""
    return unicodedata.normalize("NFKC", password)


async def _hash(text: str) -> str:
    return await _in_a_thread(_HASHER.hash, text)


async def _in_a_thread(work: Callable[..., T], *args: str) -> T:
    encoded = [text.encode("utf-8", "replace") for text in args]
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work, *encoded)


def _verified(password_hash: bytes, password: bytes) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash(b"nobody has this password")
