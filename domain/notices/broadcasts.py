"""Broadcasts: one message to many customers, planned, looked at, confirmed, and followed.

A broadcast's words and audience never change. Confirming lays down, once, whom it is for;
from then on `recipients` says who still waits and what became of everybody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.access.roles import require
from domain.db import Connection
from domain.errors import InvalidInput, NotFound, Refusal
from domain.ids import new_id
from domain.notices.kinds import BROADCAST
from domain.notices.wording import Words, check
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.notices", "broadcasts.sql")
LOCALES: Final = ("vi", "en")
# The longest name that there can be, and what keeps its direction of writing to itself, made
# of what would be markup if we let it.
HOSTILE_NAME: Final = ("<b>{name}</b> & “%(x)s” " * 3)[:66]
Status = Literal["draft", "sending", "paused", "finished", "cancelled"]


class NotPossibleNow(Refusal):
    """The broadcast has gone on meanwhile, so that cannot be done any more. Look at it again."""

    code = "not_possible_now"


@dataclass(frozen=True)
class Broadcast:
    """One message to many; `screen` is where its button leads, `locale` who alone gets it."""

    id: UUID
    program_id: UUID
    texts: dict[str, dict[str, str]]
    screen: str | None
    locale: str | None
    status: Status
    # How many it was laid down for; None before it is confirmed.
    recipients: int | None
    created_at: datetime
    created_by: str
    confirmed_at: datetime | None
    ended_at: datetime | None

    def words(self, locale: str) -> Words:
        """Return the words in a language, else in any that there is; not filled in yet."""
        text = self.texts.get(locale) or next(iter(self.texts.values()))
        return Words(**text)


@dataclass(frozen=True)
class Audience:
    """How many members would get it, and how many would not for either reason."""

    reached: int
    muted: int
    unreachable: int


async def plan(
    program: Program,
    texts: Mapping[str, Words],
    *,
    screen: str | None,
    locale: str | None,
    by: Staff,
    now: datetime,
) -> Broadcast:
    """Write a broadcast down as a draft that sends nothing.

    Raises Forbidden, InvalidInput without any text, or what `check` says of a broken one.
    """
    require(by, "send_broadcasts")
    said = {code: words for code, words in texts.items() if code in LOCALES}
    if not said:
        raise InvalidInput("a broadcast needs a text")
    for words in said.values():
        check(words, {"name": HOSTILE_NAME, "program": program.name})
    stored = {code: {"title": words.title, "body": words.body} for code, words in said.items()}
    values = (new_id(), program.id, stored, screen, locale, now, f"staff:{by.id}")
    async with db.transaction() as connection:
        row = await connection.fetchrow(SQL["plan"], *values)
        made = _broadcast(row)
        await _record("broadcast_planned", made, by, now)
    return made


async def broadcast(program: Program, broadcast_id: UUID) -> Broadcast:
    """Return that broadcast of the program; raises NotFound."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["one"], program.id, broadcast_id)
    return _broadcast(row)


async def broadcasts(program: Program, *, limit: int = 50) -> list[Broadcast]:
    """Return the latest broadcasts, newest first."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["latest"], program.id, limit)
    return [_broadcast(row) for row in rows]


async def audience(plan: Broadcast) -> Audience:
    """Count whom it would be for if it were confirmed now."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["audience"], plan.program_id, plan.locale, BROADCAST)
    assert row is not None
    return Audience(**row)


async def confirm(program: Program, broadcast_id: UUID, *, by: Staff, now: datetime) -> Broadcast:
    """Begin to send: lay down whom it is for, each customer once. Raises NotPossibleNow."""
    require(by, "send_broadcasts")
    async with db.transaction() as connection:
        plan = await _held(connection, program, broadcast_id, {"draft"})
        laid = await connection.execute(
            SQL["lay"], plan.id, plan.program_id, plan.locale, BROADCAST, now
        )
        count = int(laid.rpartition(" ")[2])
        row = await connection.fetchrow(SQL["confirm"], plan.program_id, plan.id, now, count)
        begun = _broadcast(row)
        await _record("broadcast_confirmed", begun, by, now, before=plan.status, recipients=count)
    return begun


async def pause(program: Program, broadcast_id: UUID, *, by: Staff, now: datetime) -> Broadcast:
    """Send to nobody else until it is resumed; what is on its way arrives."""
    return await _turn(program, broadcast_id, {"sending"}, "paused", by, now)


async def resume(program: Program, broadcast_id: UUID, *, by: Staff, now: datetime) -> Broadcast:
    """Go on with a paused broadcast where it stopped."""
    return await _turn(program, broadcast_id, {"paused"}, "sending", by, now)


async def cancel(program: Program, broadcast_id: UUID, *, by: Staff, now: datetime) -> Broadcast:
    """Send to nobody else, ever."""
    return await _turn(program, broadcast_id, {"draft", "sending", "paused"}, "cancelled", by, now)


async def _turn(
    program: Program,
    broadcast_id: UUID,
    of: set[str],
    to: Status,
    by: Staff,
    now: datetime,
) -> Broadcast:
    require(by, "send_broadcasts")
    async with db.transaction() as connection:
        before = await _held(connection, program, broadcast_id, of)
        ended_at = now if to == "cancelled" else None
        row = await connection.fetchrow(SQL["turn"], program.id, broadcast_id, to, ended_at)
        turned = _broadcast(row)
        await _record("broadcast_turned", turned, by, now, before=before.status, after=to)
    return turned


async def _held(
    connection: Connection, program: Program, broadcast_id: UUID, of: set[str]
) -> Broadcast:
    """Lock a broadcast that is in one of these states."""
    held = _broadcast(await connection.fetchrow(SQL["hold"], program.id, broadcast_id))
    if held.status not in of:
        raise NotPossibleNow(status=held.status)
    return held


async def _record(act: audit.Act, about: Broadcast, by: Staff, now: datetime, **facts: Any) -> None:
    await audit.record(act, now=now, by=by, broadcast=str(about.id), **facts)


def _broadcast(row: asyncpg.Record | None) -> Broadcast:
    if row is None:
        raise NotFound
    return Broadcast(**row)
