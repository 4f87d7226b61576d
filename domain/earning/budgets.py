"""Budgets: what campaigns may add, in all and for one customer; never exceeded, and no hot row."""

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

from domain import db
from domain.db import Connection
from domain.earning.models import Campaign
from domain.ledger.requests import InProgress
from domain.sql import queries

SQL = queries("domain.earning", "campaigns.sql")
STRIPES: Final = 16
# As long as an account's lock is waited for, about.
_LOOKS, _PAUSE_SECONDS = 400, 0.005


async def set_to(connection: Connection, campaign_id: UUID, points: int) -> None:
    """Make the budget this large; what has been used stays used, and it is never made less."""
    rows = await connection.fetch(SQL["rows"], campaign_id)
    if not rows:
        stripes = list(range(STRIPES))
        await connection.execute(SQL["grant"], campaign_id, stripes, _even(points, STRIPES))
        return
    used = {row["stripe"]: row["used"] for row in rows}
    await _spread(connection, campaign_id, used, points - sum(used.values()))


async def left_of(campaign_ids: list[UUID]) -> dict[UUID, int]:
    """Return what remains of the budgets of some campaigns."""
    if not campaign_ids:
        return {}
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["left"], campaign_ids)
    return {row["campaign_id"]: row["points"] for row in rows}


async def take(connection: Connection, campaign_id: UUID, points: int) -> int | None:
    """Take points out of a budget and return the row they came from; None if it has not so many.

    A session has its own row, so that sessions do not wait for each other. Where no row alone
    has so many, what is left is spread over the rows again. Whoever holds rows already, as a
    registration that takes several times, never waits for others: that would be a circle.
    Raises InProgress when they are held for too long.
    """
    for _ in range(_LOOKS):
        stripe: int | None = await connection.fetchval(SQL["take"], campaign_id, points, STRIPES)
        if stripe is None:
            # Looked at before it is locked: a budget that is used up makes nobody wait.
            if (await left_of([campaign_id])).get(campaign_id, 0) < points:
                return None
            stripe = await _take_of_rows(SQL["free_rows"], campaign_id, points)
        if stripe is None and not await connection.fetchval(SQL["is_holding"]):
            stripe = await _take_of_rows(SQL["rows"], campaign_id, points)
        if stripe is not None:
            return stripe
        await asyncio.sleep(_PAUSE_SECONDS)
    raise InProgress


class _ShortError(Exception):
    """Undoes what was locked in vain."""


async def _take_of_rows(query: str, campaign_id: UUID, points: int) -> int | None:
    """Lock rows and spread over them what is left; None, and none is locked, if it is too little."""
    with suppress(_ShortError):
        async with db.transaction() as connection:
            rows = await connection.fetch(query, campaign_id)
            left = sum(row["granted"] - row["used"] for row in rows)
            if left < points:
                raise _ShortError
            used = {row["stripe"]: row["used"] for row in rows}
            stripe: int = rows[0]["stripe"]
            used[stripe] += points
            await _spread(connection, campaign_id, used, left - points)
            await connection.execute(SQL["remember"])
            return stripe
    return None


async def give_back(connection: Connection, campaign_id: UUID, stripe: int, points: int) -> None:
    """Return what this transaction took."""
    await connection.execute(SQL["give_back"], campaign_id, stripe, points)


async def take_of_customer(
    connection: Connection, customer_id: UUID, campaign: Campaign, points: int
) -> bool:
    """Take points out of what a campaign may add for a customer, whose account is locked."""
    taken = await connection.fetchval(
        SQL["take_of_customer"], customer_id, cap_name(campaign.id), points, campaign.customer_cap
    )
    return taken is not None


async def give_back_of_customer(
    connection: Connection, customer_id: UUID, campaign: Campaign, points: int
) -> None:
    """Return what this transaction took."""
    await connection.execute(
        SQL["give_back_of_customer"], customer_id, cap_name(campaign.id), points
    )


async def used_of_customer(customer_id: UUID, campaigns: list[Campaign]) -> dict[UUID, int]:
    """Return how many points each of some campaigns has added for a customer."""
    names = {cap_name(campaign.id): campaign.id for campaign in campaigns}
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["used_of_customer"], customer_id, list(names))
    used = {names[row["rule"]]: row["used"] for row in rows}
    return {campaign.id: used.get(campaign.id, 0) for campaign in campaigns}


def cap_name(campaign_id: UUID) -> str:
    """Return the name under which a customer's part in a campaign is counted."""
    return f"campaign:{campaign_id}"


async def _spread(
    connection: Connection, campaign_id: UUID, used: dict[int, int], left: int
) -> None:
    parts = zip(used.items(), _even(left, len(used)), strict=True)
    rows = [(campaign_id, stripe, spent + room, spent) for (stripe, spent), room in parts]
    await connection.executemany(SQL["set_row"], rows)


def _even(points: int, rows: int) -> list[int]:
    """Divide points into so many parts that differ by one at most."""
    part, rest = divmod(points, rows)
    return [part + (number < rest) for number in range(rows)]
