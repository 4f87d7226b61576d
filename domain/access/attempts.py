"""How often somebody may fail to sign in: counted in the database, so Redis may be down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.errors import Refusal
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.access", "attempts.sql")
FAILURES_MAX: Final = 5
WINDOW: Final = timedelta(minutes=15)


class TooManyTries(Refusal):
    """Too many failed sign-ins. Please try again in %(minutes)s minutes."""

    code = "too_many_tries"

    def __init__(self, wait: timedelta) -> None:
        seconds = max(1, -(-wait // timedelta(seconds=1)))
        super().__init__(minutes=-(-seconds // 60), retry_after=seconds)


async def claim(subjects: Sequence[str], *, now: datetime) -> list[UUID]:
    """Count a try as a failure of each subject, to be released if it succeeds.

    Raises TooManyTries, and counts nothing, if one of them failed five times in 15 minutes.
    """
    async with db.transaction() as connection:
        names = sorted(_unreadable(subject) for subject in subjects)
        waits = [await _wait(connection, name, now) for name in names]
        if any(waits):
            raise TooManyTries(max(waits))
        claims = [new_id() for _ in names]
        await connection.executemany(
            SQL["claim"], [(claim, name, now) for claim, name in zip(claims, names, strict=True)]
        )
    return claims


async def release(claims: Sequence[UUID]) -> None:
    """Take back what was counted: the try was none."""
    async with db.transaction() as connection:
        await connection.execute(SQL["release"], list(claims))


async def forget(*, now: datetime) -> None:
    """Delete what no longer counts."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now - WINDOW)


async def _wait(connection: Connection, name: str, now: datetime) -> timedelta:
    """How long until the subject may try again; zero if it may now."""
    await connection.execute(SQL["take_turn"], name)
    rows = await connection.fetch(SQL["recent"], name, now - WINDOW, FAILURES_MAX)
    if len(rows) < FAILURES_MAX:
        return timedelta(0)
    oldest: datetime = rows[-1]["failed_at"]
    return oldest + WINDOW - now


def _unreadable(subject: str) -> str:
    """People type passwords where the login belongs; what they typed is not kept."""
    return sha256(subject.encode("utf-8", "replace")).hexdigest()
