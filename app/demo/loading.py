"""Writing an imagined history through the real ledger, many customers at a time."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from app.demo.history import Guest
from domain import db
from domain.ledger.posting import SQL as POSTING
from domain.ledger.posting import arguments_of
from domain.programs import Program
from domain.sql import queries

SQL = queries("app.demo", "loading.sql")
_AT_ONCE = 40
_CONNECTIONS = 2


async def load(program: Program, guests: Sequence[Guest], *, report: Callable[[int], None]) -> None:
    """Write the customers, then post their movements; `report` counts those written."""
    await _load_people(program, guests)
    batches = [guests[i : i + _AT_ONCE] for i in range(0, len(guests), _AT_ONCE)]
    shares = [batches[i::_CONNECTIONS] for i in range(_CONNECTIONS)]
    async with asyncio.TaskGroup() as group:
        for share in shares:
            group.create_task(_post_all(share, report))


async def _load_people(program: Program, guests: Sequence[Guest]) -> None:
    async with db.transaction() as connection:
        for name, rows in _people(program, guests).items():
            await connection.executemany(SQL[name], rows)


def _people(program: Program, guests: Sequence[Guest]) -> dict[str, list[tuple[object, ...]]]:
    version, brought = program.terms_version, [g for g in guests if g.referrer]
    return {
        "customer": [
            (g.id, program.id, g.name, g.locale, g.code, g.joined_at, version) for g in guests
        ],
        "consent": [(g.id, version, g.joined_at) for g in guests],
        "invite": [(g.code, program.id, g.id, g.joined_at) for g in guests],
        "identity": [
            (program.id, _chat_number(i), g.id, g.joined_at) for i, g in enumerate(guests)
        ],
        "account": [(g.id, program.id, g.joined_at) for g in guests],
        "referral": [
            (g.id, program.id, *_edge(g.referrer), g.joined_at, g.referrer.joined_at)
            for g in brought
            if g.referrer
        ],
    }


def _chat_number(position: int) -> str:
    return f"demo-{position}"


def _edge(referrer: Guest) -> tuple[UUID, str]:
    return referrer.id, referrer.code


async def _post_all(batches: Sequence[Sequence[Guest]], report: Callable[[int], None]) -> None:
    for batch in batches:
        postings = [
            arguments_of(guest.id, posting, at, None, decision=None)
            for guest in batch
            for at, posting in guest.events
        ]
        check_ins = [
            (g.id, c.business_date, c.streak_days, c.shielded_on, points)
            for g in batch
            for c, points in g.check_ins
        ]
        async with db.transaction() as connection:
            await connection.executemany(POSTING["post"], postings)
            await connection.executemany(SQL["check_in"], check_ins)
        report(len(postings))
