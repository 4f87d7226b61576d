"""A feed's bytes as articles: what each is called, what it says, when it appeared."""

from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import feedparser

from domain.content import texts
from domain.content.cleaning import plain_text, shortened
from domain.content.texts import BODY_MAX, SUMMARY_MAX, TITLE_MAX
from domain.errors import Refusal

ITEMS_MAX: Final = 50
_URL_MAX: Final = 2000
_OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


class NotAFeed(Refusal):
    """This is no RSS or Atom feed. Check the address."""

    code = "not_a_feed"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An article as a feed tells it, cleaned; `origin` is its name, the same for ever."""

    origin: str
    title: str
    summary: str
    body: str
    source_url: str | None
    published_at: datetime

    @property
    def digest(self) -> str:
        """What changes when the feed changes the article."""
        told = "\x00".join((self.title, self.summary, self.body, self.source_url or ""))
        return sha256(told.encode()).hexdigest()[:32]


def parse(content: bytes, *, feed_id: str, now: datetime) -> list[FeedItem]:
    """Return the newest articles of a feed; raises NotAFeed. Costs CPU: call it in a thread.

    What has no title and no text is left out; of two with one name the first counts.
    """
    # A stream: given a text, the parser would open it as an address or a file.
    found = feedparser.parse(BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version"):
        raise NotAFeed
    items: dict[str, FeedItem] = {}
    for place, entry in enumerate(found.entries[:ITEMS_MAX]):
        item = _item(entry, feed_id, now - timedelta(seconds=place), now)
        if item:
            items.setdefault(item.origin, item)
    return list(items.values())


def _item(entry: Any, feed_id: str, undated: datetime, now: datetime) -> FeedItem | None:
    body = texts.passage(shortened(plain_text(_told(entry)), BODY_MAX))
    title = texts.line(shortened(plain_text(_text(entry, "title")), TITLE_MAX), TITLE_MAX)
    title = title or texts.line(shortened(body, TITLE_MAX), TITLE_MAX)
    if not title:
        return None
    summary = plain_text(_text(entry, "summary")) or body
    return FeedItem(
        origin=_origin(entry, feed_id, title),
        title=title,
        summary=texts.line(shortened(" ".join(summary.split()), SUMMARY_MAX), SUMMARY_MAX),
        body=body,
        source_url=_address(_text(entry, "link")),
        published_at=_appeared(entry, undated, now),
    )


def _told(entry: Any) -> str:
    """Return the longest that the feed says of an article."""
    whole = [str(part.get("value", "")) for part in entry.get("content", [])]
    return max([*whole, _text(entry, "summary")], key=len)


def _text(entry: Any, name: str) -> str:
    value = entry.get(name, "")
    return value if isinstance(value, str) else ""


def _origin(entry: Any, feed_id: str, title: str) -> str:
    """Name an article: an address is its name everywhere, any other name in its feed alone."""
    name = _text(entry, "id") or _text(entry, "link") or f"title:{title}"
    scope = "" if "://" in name or name.startswith(("urn:", "tag:")) else feed_id
    named = f"{scope}\x00{name}".encode()
    return f"feed:{sha256(named).hexdigest()[:40]}"


def _address(link: str) -> str | None:
    is_web = link.lower().startswith(("http://", "https://"))
    is_plain = link.isprintable() and not set(link) & set(" \"'<>\\")
    return link if is_web and is_plain and len(link) <= _URL_MAX else None


def _appeared(entry: Any, undated: datetime, now: datetime) -> datetime:
    """Return when an article appeared: never in the future, never before there was a web."""
    # Asked as a plain dictionary: its own `get` takes one date for the other, and warns of it.
    told: Any = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    try:
        at = datetime.fromtimestamp(timegm(told), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return undated
    return at if _OLDEST <= at <= now else undated
