"""Letting a browser in by a word in the chat: it shows a number, and its person picks it there.

A link that a stranger sends lets the stranger's browser in only if whoever opens it also picks
the number on the stranger's screen: one wrong number, or a no, and the question is gone.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from domain import db
from domain.access.sessions import hash_of
from domain.errors import Refusal
from domain.ids import new_token
from domain.sql import queries

SQL = queries("domain.access", "sign_in_codes.sql")
LIFETIME: Final = timedelta(minutes=10)
CHOICES: Final = 3
DEVICE_MAX: Final = 80
_SMALLEST, _NUMBERS = 10, 90
_NONCE_BYTES = 24
State = Literal["waiting", "confirmed", "over"]


class InvalidCode(Refusal):
    """This sign-in is over. Please begin again."""

    code = "invalid_code"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A browser's request to come in: `nonce` goes to the chat, `secret` stays in the browser."""

    nonce: str
    secret: str
    number: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the owner of the chat is asked: is it your browser, and which number does it show?"""

    device: str
    choices: tuple[str, ...]
    asked_at: datetime


async def ask(program_id: UUID, *, device: str, now: datetime) -> Asked:
    """Begin to let a browser in; it has ten minutes."""
    choices = _numbers()
    asked = Asked(
        nonce=secrets.token_urlsafe(_NONCE_BYTES),
        secret=new_token(),
        number=secrets.choice(choices),
        expires_at=now + LIFETIME,
    )
    async with db.transaction() as connection:
        await connection.execute(
            SQL["ask"],
            hash_of(asked.nonce),
            program_id,
            hash_of(asked.secret),
            asked.number,
            choices,
            device[:DEVICE_MAX],
            now,
            asked.expires_at,
        )
    return asked


async def question(program_id: UUID, nonce: str, *, now: datetime) -> Question:
    """Return what to ask in the chat; raises InvalidCode once it is answered, lapsed or unknown."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["question"], hash_of(nonce), program_id, now)
    if row is None:
        raise InvalidCode
    return Question(device=row["device"], choices=tuple(row["choices"]), asked_at=row["asked_at"])


async def answer(
    program_id: UUID, nonce: str, number: str | None, customer_id: UUID, *, now: datetime
) -> bool:
    """Let the browser in if its number was picked, and nobody ever after; None says no.

    Raises InvalidCode once it is answered, lapsed or unknown.
    """
    async with db.transaction() as connection:
        row = await connection.fetchrow(
            SQL["answer"], hash_of(nonce), program_id, now, number, customer_id
        )
    if row is None:
        raise InvalidCode
    return bool(row["is_right"])


async def state(program_id: UUID, nonce: str, secret: str, *, now: datetime) -> State:
    """Return how far it is; what is unknown, used, refused or lapsed is `over` alike."""
    async with db.reading() as connection:
        row = await connection.fetchrow(
            SQL["state"], hash_of(nonce), program_id, hash_of(secret), now
        )
    if row is None or (row["answered_at"] and not row["customer_id"]):
        return "over"
    return "confirmed" if row["customer_id"] else "waiting"


async def use(program_id: UUID, nonce: str, secret: str, *, now: datetime) -> UUID:
    """Use a confirmed code up and return whom it lets in; raises InvalidCode."""
    async with db.transaction() as connection:
        customer_id = await connection.fetchval(
            SQL["use"], hash_of(nonce), program_id, hash_of(secret), now
        )
    if customer_id is None:
        raise InvalidCode
    return UUID(str(customer_id))


async def forget_lapsed(*, now: datetime) -> None:
    """Delete what lets nobody in any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now)


def _numbers() -> Sequence[str]:
    """Return different numbers of two digits, in no order that tells which one counts."""
    picked: dict[str, None] = {}
    while len(picked) < CHOICES:
        picked[str(_SMALLEST + secrets.randbelow(_NUMBERS))] = None
    return list(picked)
