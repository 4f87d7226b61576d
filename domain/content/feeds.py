"""Feeds: addresses that are read on a schedule, as staff set them up."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.content import texts
from domain.content.models import Feed
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.content", "feeds.sql")
FEEDS_MAX: Final = 20
NAME_MAX: Final = 80
EVERY_HOURS: Final = (1, 3, 6, 12, 24, 72, 168)


class FeedExists(Refusal):
    """This address is read already."""

    code = "feed_exists"


class FeedAddressUnfit(Refusal):
    """Enter an address that begins with http:// or https://, without a password in it."""

    code = "feed_address_unfit"


class TooManyFeeds(Refusal):
    """A program reads at most %(count)s feeds."""

    code = "too_many_feeds"


async def feeds(program: Program) -> list[Feed]:
    """Return the program's feeds, the oldest first."""
    return await Feed.filter(program_id=program.id).order_by("created_at", "id")


async def add_feed(
    program: Program,
    *,
    url: str,
    name: str,
    locale: str,
    every_hours: int,
    shows_at_once: bool,
    by: Staff,
    now: datetime,
) -> Feed:
    """Read an address from now on, first within a minute."""
    async with db.transaction() as connection:
        count = len(await connection.fetch(SQL["lock_feeds"], program.id))
        if count >= FEEDS_MAX:
            raise TooManyFeeds(count=count)
        values = _checked(url, name, every_hours)
        if await Feed.exists(program_id=program.id, url=values["url"]):
            raise FeedExists
        feed = await Feed.create(
            id=new_id(),
            program_id=program.id,
            locale=locale if locale in texts.LOCALES else program.locale,
            shows_at_once=shows_at_once,
            next_at=now,
            created_at=now,
            **values,
        )
        await _recorded(feed, by, now, after=values | {"shows_at_once": shows_at_once})
    return feed


async def change_feed(
    program: Program,
    feed_id: UUID,
    *,
    every_hours: int,
    shows_at_once: bool,
    by: Staff,
    now: datetime,
) -> None:
    """Read it more or less often, or show its articles at once or not."""
    if every_hours not in EVERY_HOURS:
        raise FeedAddressUnfit
    async with db.transaction():
        feed = await _held(program, feed_id)
        wanted = {"every_hours": every_hours, "shows_at_once": shows_at_once}
        before = {name: getattr(feed, name) for name in wanted}
        if before != wanted:
            feed.update_from_dict(wanted)
            await feed.save(update_fields=list(wanted))
            await _recorded(feed, by, now, before=before, after=wanted)


async def pause_feed(
    program: Program, feed_id: UUID, *, pause: bool, by: Staff, now: datetime
) -> None:
    """Stop reading it for now, or go on at once."""
    async with db.transaction():
        feed = await _held(program, feed_id)
        if bool(feed.paused_at) != pause:
            feed.paused_at = now if pause else None
            feed.next_at, feed.failures = now, 0
            await feed.save(update_fields=["paused_at", "next_at", "failures"])
            await _recorded(feed, by, now, after={"paused": pause})


async def read_soon(program: Program, feed_id: UUID, *, now: datetime) -> None:
    """Let the worker read it within a minute."""
    async with db.transaction():
        feed = await _held(program, feed_id)
        feed.next_at = min(feed.next_at, now)
        await feed.save(update_fields=["next_at"])


async def delete_feed(program: Program, feed_id: UUID, *, by: Staff, now: datetime) -> None:
    """Stop reading it for good; what it brought stays. Raises NotFound."""
    async with db.transaction():
        feed = await _held(program, feed_id)
        await feed.delete()
        await _recorded(feed, by, now, before={"url": feed.url, "name": feed.name})


async def _held(program: Program, feed_id: UUID) -> Feed:
    feed = await Feed.filter(program_id=program.id, id=feed_id).select_for_update().first()
    if feed is None:
        raise NotFound
    return feed


def _checked(url: str, name: str, every_hours: int) -> dict[str, Any]:
    address = url.strip()
    try:
        parts = urlsplit(address)
        is_fit = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
        is_fit = is_fit and parts.port != 0
    except ValueError:
        is_fit = False
    is_plain = address.isprintable() and " " not in address and len(address) <= 2000  # noqa: PLR2004
    if not is_fit or not is_plain or every_hours not in EVERY_HOURS:
        raise FeedAddressUnfit
    host = str(urlsplit(address).hostname)
    return {
        "url": address,
        "name": texts.line(name, NAME_MAX) or host[:NAME_MAX],
        "every_hours": every_hours,
    }


async def _recorded(
    feed: Feed,
    by: Staff,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    await audit.record(
        "feed_changed", now=now, by=by, id=str(feed.id), url=feed.url, before=before, after=after
    )
