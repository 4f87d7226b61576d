"""What a referrer sees: links, friends, and how far each friend has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import db
from domain.errors import NotFound
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.referrals", "invitations.sql")


@dataclass(frozen=True)
class Invited:
    """A friend: the name, `pending`, `complete` or `cancelled`, and the reason if there is one.

    `points` is what the referrer has received for this friend so far.
    """

    name: str
    status: str
    reason: str | None
    at: datetime
    points: int


@dataclass(frozen=True)
class Invitations:
    """A referrer's friends, counted by status; `items` are the latest 200, newest first."""

    code: str
    pending: int
    completed: int
    cancelled: int
    items: tuple[Invited, ...]


@dataclass(frozen=True)
class Links:
    """The invite links; None while the program has no bot, or no app of its own."""

    bot: str | None
    app: str | None


async def invitations(customer_id: UUID) -> Invitations:
    """Return the friends whom a customer invited; raises NotFound."""
    async with db.reading() as connection:
        own = await connection.fetchrow(SQL["code"], customer_id)
        if own is None:
            raise NotFound
        rows = await connection.fetch(SQL["friends"], customer_id, own["program_id"])
        referees = [str(row["referee_id"]) for row in rows]
        sums = await connection.fetch(SQL["received"], customer_id, referees)
    received = {row["reference"]: row["points"] for row in sums}
    friends = tuple(
        Invited(r["name"], r["status"], r["reason"], r["at"], received.get(str(r["referee_id"]), 0))
        for r in rows
    )
    counted = ("pending", "completed", "cancelled")
    counts = {status: rows[0][status] if rows else 0 for status in counted}
    return Invitations(own["invite_code"], **counts, items=friends)


def links(program: Program, code: str) -> Links:
    """Return the links that carry an invite code into the bot and into the mini app."""
    if not program.telegram_bot:
        return Links(None, None)
    base = f"https://t.me/{program.telegram_bot}"
    app = f"{base}/{program.telegram_app}" if program.telegram_app else base
    return Links(bot=f"{base}?start=r_{code}", app=f"{app}?startapp=r_{code}")
