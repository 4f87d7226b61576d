"""Reading feeds: each article becomes news once, and a failure concerns its feed alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from domain import db
from domain.content.drafts import NEWS_ICON
from domain.content.editing import ITEMS_MAX
from domain.content.feed_items import FeedItem, parse
from domain.content.models import Feed, News
from domain.errors import Refusal
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.content", "feeds.sql")
# Longer than a reading can take: a worker that died leaves its feeds to the next.
_LEASE: Final = timedelta(minutes=10)
_AT_ONCE: Final = 8
_FIRST_RETRY: Final = timedelta(minutes=15)
_LAST_RETRY: Final = timedelta(days=7)


class NothingFetched(Refusal):
    """The feed was not read."""

    code = "nothing_fetched"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered; `content` None: nothing new since `etag` and `modified`."""

    content: bytes | None
    etag: str | None = None
    modified: str | None = None


# Reads an address; raises a Refusal that says why it could not. It knows which addresses are
# out of bounds, how much is too much and how long is too long.
Fetch = Callable[[str, str | None, str | None], Awaitable[Fetched]]
_fetch: list[Fetch] = []


def configure(fetch: Fetch | None) -> None:
    """Say how this process reads addresses."""
    _fetch[:] = [fetch] if fetch else []


async def read_due(now: datetime) -> int:
    """Read every feed whose time has come; return how many. A failure concerns its feed alone."""
    if not _fetch:
        return 0
    async with db.transaction() as connection:
        rows = await connection.fetch(SQL["claim_due"], now, now + _LEASE, _AT_ONCE)
    due = await Feed.filter(id__in=[row["id"] for row in rows])
    await asyncio.gather(*(read(feed, _fetch[0], now=now) for feed in due))
    return len(due)


async def read(feed: Feed, fetch: Fetch, *, now: datetime) -> None:
    """Read a feed once, and write down what came of it and when to read it again."""
    try:
        fetched = await fetch(feed.url, feed.etag, feed.modified)
        marks = (fetched.etag, fetched.modified)
        result: dict[str, Any] = {"code": "not_modified"}
        if fetched.content is None:
            marks = (fetched.etag or feed.etag, fetched.modified or feed.modified)
        else:
            items = await asyncio.to_thread(parse, fetched.content, feed_id=str(feed.id), now=now)
            new, changed = await _take(feed, items, now)
            result = {"code": "read", "new": new, "changed": changed}
    except Refusal as refusal:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        await _put_off(feed, {"code": refusal.code, **facts}, now)
        return
    except Exception as error:  # noqa: BLE001 - whatever a stranger's answer breaks, the rest goes on
        await _put_off(feed, {"code": NothingFetched.code, "kind": type(error).__name__}, now)
        return
    await Feed.filter(id=feed.id).update(
        read_at=now,
        result=result,
        failures=0,
        next_at=now + timedelta(hours=feed.every_hours),
        etag=marks[0],
        modified=marks[1],
    )


async def _put_off(feed: Feed, result: dict[str, Any], now: datetime) -> None:
    """Try again later, and each time it fails twice as late."""
    failures = feed.failures + 1
    pause = min(_FIRST_RETRY * 2 ** min(failures - 1, 12), _LAST_RETRY)
    await Feed.filter(id=feed.id).update(
        read_at=now, result=result, failures=failures, next_at=now + pause
    )


async def _take(feed: Feed, items: list[FeedItem], now: datetime) -> tuple[int, int]:
    """Make news of what is new, and change what the feed changed and staff did not."""
    new = changed = 0
    async with db.transaction() as connection:
        room = ITEMS_MAX - await News.filter(program_id=feed.program_id).count()
        hidden_at = None if feed.shows_at_once else now
        for item in items:
            told = (
                {feed.locale: item.title},
                {feed.locale: item.summary} if item.summary else {},
                {feed.locale: item.body} if item.body else {},
                item.source_url,
                item.digest,
            )
            if new < room and await connection.fetchval(
                SQL["add_article"], new_id(), feed.program_id, item.origin, *told,
                NEWS_ICON, item.published_at, hidden_at, now, feed.name,
            ):  # fmt: skip
                new += 1
            elif await connection.fetchval(
                SQL["change_article"], feed.program_id, item.origin, *told, now, feed.name
            ):
                changed += 1
    return new, changed
