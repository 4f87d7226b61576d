"""Feeds against a real web site that misbehaves."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access.models import Staff
from domain.access.staff import create_staff
from domain.content import editing, feed_reading, feeds
from domain.content.drafts import NewsDraft
from domain.content.feed_reading import read_due
from domain.content.feeds import FeedAddressUnfit, FeedExists, add_feed
from domain.content.models import Feed, News
from domain.errors import NotFound
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_program
from tests.peers.feed_server import ATOM, LAUGHS, FeedServer, feed_server, rss_item
from web.fetching import Fetcher

NOW = MONDAY_NOON
HOUR = timedelta(hours=1)
HOSTILE = (
    "<script>alert(1)</script><p onclick=x()>Một <b>đậm</b> &amp; hai</p><img src=x onerror=y()>"
    '<iframe src="//evil"></iframe><style>p{}</style><p><a href="javascript:z()">Ba</a><br>Bốn</p>'
    "<svg><script>q()</script></svg><!-- nhỏ -->&lt;script&gt;năm"
)


@pytest.fixture
async def peer(opened: str) -> AsyncIterator[FeedServer]:
    feed_reading.configure(Fetcher(lambda address: address.is_loopback, seconds=5))
    async with feed_server() as served:
        yield served
    feed_reading.configure(None)


async def a_manager(program: Program) -> Staff:
    return await create_staff(program, login="lan", name="Lan Anh", role="manager", now=NOW)


async def a_feed(program: Program, url: str, **how: Any) -> Feed:
    values = {"name": "", "locale": "vi", "every_hours": 6, "shows_at_once": True, **how}
    by = values.pop("by", None) or await a_manager(program)
    return await add_feed(program, url=url, by=by, now=NOW, **values)


async def the_news() -> list[News]:
    return await News.all().order_by("-published_at", "id")


async def test_each_article_comes_once(peer: FeedServer) -> None:
    feed = await a_feed(await a_program(), peer.url)
    peer.tells(rss_item("1", "Một"), rss_item("2", "Hai"), rss_item("2", "Hai lần hai"))

    assert await read_due(NOW) == 1
    assert await read_due(NOW) == 0
    assert await read_due(NOW + 7 * HOUR) == 1

    assert [n.title for n in await the_news()] == [{"vi": "Một"}, {"vi": "Hai"}]
    kept = await Feed.get(id=feed.id)
    assert (kept.result, kept.failures) == ({"code": "read", "new": 0, "changed": 0}, 0)
    assert kept.next_at == NOW + 13 * HOUR


async def test_an_article_follows_its_feed_until_staff_make_it_theirs(peer: FeedServer) -> None:
    program = await a_program()
    manager = await a_manager(program)
    await a_feed(program, peer.url, by=manager)
    await read_due(NOW)
    peer.tells(rss_item("1", "Sửa lần một"))
    await read_due(NOW + 6 * HOUR)
    (article,) = await the_news()
    assert article.title == {"vi": "Sửa lần một"}

    ours = NewsDraft(title={"vi": "Của quán"}, summary={}, body={})
    await editing.change_article(
        program, article.id, ours, version=article.version, by=manager, now=NOW
    )
    peer.tells(rss_item("1", "Sửa lần hai"))
    await read_due(NOW + 12 * HOUR)

    (article,) = await the_news()
    assert article.title == {"vi": "Của quán"}


async def test_of_hostile_html_only_plain_paragraphs_remain(peer: FeedServer) -> None:
    await a_feed(await a_program(), peer.url)
    peer.tells(rss_item("1", "<![CDATA[<b>Tin</b> <script>x</script>mới]]>", HOSTILE))

    await read_due(NOW)

    (article,) = await the_news()
    assert article.title == {"vi": "Tin mới"}
    assert article.body == {"vi": "Một đậm & hai\n\nBa\n\nBốn\n\n<script>năm"}


async def test_dates_that_cannot_be_are_now(peer: FeedServer) -> None:
    await a_feed(await a_program(), peer.url)
    dates = {
        "1": "Thu, 01 Jan 1970 00:00:00 GMT",
        "2": "Fri, 01 Jan 2100 00:00:00 GMT",
        "3": "yesterday",
        "4": "Sun, 01 Mar 2026 08:00:00 +0700",
        "5": "Thu, 01 Jan 99999 00:00:00 GMT",
    }
    peer.tells(*(rss_item(k, k, more=f"<pubDate>{at}</pubDate>") for k, at in dates.items()))

    await read_due(NOW)

    shown = {n.title["vi"]: n.published_at for n in await the_news()}
    assert shown["4"] == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    assert all(NOW - timedelta(minutes=1) < shown[key] <= NOW for key in "1235")


async def test_atom_is_read_too(peer: FeedServer) -> None:
    await a_feed(await a_program(), peer.url, locale="en")
    entry = (
        "<entry><id>urn:x:1</id><title>Rain</title><link href='https://moc.example/rain'/>"
        "<updated>2026-03-01T08:00:00+07:00</updated>"
        "<content type='html'>&lt;p&gt;Three hot drinks.&lt;/p&gt;</content></entry>"
    )
    peer.body = ATOM.format(items=entry)

    await read_due(NOW)

    (article,) = await the_news()
    assert (article.title, article.body) == ({"en": "Rain"}, {"en": "Three hot drinks."})
    assert article.source_url == "https://moc.example/rain"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", '"><script>', "//x"])
async def test_a_link_that_is_none_is_dropped(peer: FeedServer, link: str) -> None:
    await a_feed(await a_program(), peer.url)
    peer.tells(rss_item("1", more=f"<link><![CDATA[{link}]]></link>"))

    await read_due(NOW)

    assert [n.source_url for n in await the_news()] == [None]


async def test_articles_may_wait_for_staff(peer: FeedServer) -> None:
    program = await a_program()
    await a_feed(program, peer.url, shows_at_once=False)

    await read_due(NOW)

    assert (await editing.listed(News, program, state="hidden", now=NOW)).count == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/status/500", "answer_refused"),
        ("/status/404", "answer_refused"),
        ("/endless", "answer_too_large"),
        ("/moved?to=http://192.168.0.1/", "address_refused"),
    ],
)
async def test_a_feed_in_trouble_is_tried_later_and_later_while_others_are_read(
    peer: FeedServer, path: str, code: str
) -> None:
    program = await a_program()
    manager = await a_manager(program)
    bad = await a_feed(program, peer.address + path, by=manager)
    await a_feed(program, peer.url, by=manager)

    await read_due(NOW)

    assert len(await the_news()) == 1
    kept = await Feed.get(id=bad.id)
    assert kept.result["code"] == code
    assert (kept.failures, kept.next_at) == (1, NOW + timedelta(minutes=15))
    await read_due(NOW + timedelta(minutes=15))
    kept = await Feed.get(id=bad.id)
    assert (kept.failures, kept.next_at) == (2, NOW + timedelta(minutes=45))


@pytest.mark.parametrize(
    "body",
    ["<html><p>Trang chủ</p></html>", "", "{}", b"\x89PNG\r\n\x1a\n" + bytes(200), b"\xff\xfe\x00"],
)
async def test_what_is_no_feed_says_so(peer: FeedServer, body: str | bytes) -> None:
    feed = await a_feed(await a_program(), peer.url)
    peer.body = body

    await read_due(NOW)

    assert (await Feed.get(id=feed.id)).result == {"code": "not_a_feed"}


async def test_a_feed_that_swells_in_memory_does_no_harm(peer: FeedServer) -> None:
    await a_feed(await a_program(), peer.url)
    peer.body = LAUGHS

    await read_due(NOW)

    assert all(len(n.title["vi"]) <= 120 for n in await the_news())


async def test_what_has_not_changed_is_asked_for_by_its_mark(peer: FeedServer) -> None:
    feed = await a_feed(await a_program(), peer.url)
    peer.etag = '"one"'
    await read_due(NOW)

    await read_due(NOW + 6 * HOUR)

    assert peer.asked[-1]["If-None-Match"] == '"one"'
    assert (await Feed.get(id=feed.id)).result == {"code": "not_modified"}
    assert (await Feed.get(id=feed.id)).etag == '"one"'


async def test_a_paused_feed_is_not_read_and_goes_on_at_once(peer: FeedServer) -> None:
    program = await a_program()
    manager = await a_manager(program)
    feed = await a_feed(program, peer.url, by=manager)

    await feeds.pause_feed(program, feed.id, pause=True, by=manager, now=NOW)
    assert await read_due(NOW + HOUR) == 0
    await feeds.pause_feed(program, feed.id, pause=False, by=manager, now=NOW)
    assert await read_due(NOW + HOUR) == 1


async def test_what_a_deleted_feed_brought_stays(peer: FeedServer) -> None:
    program = await a_program()
    manager = await a_manager(program)
    feed = await a_feed(program, peer.url, by=manager)
    await read_due(NOW)

    await feeds.delete_feed(program, feed.id, by=manager, now=NOW)

    assert (await Feed.all().count(), len(await the_news())) == (0, 1)


async def test_two_feeds_may_both_have_an_article_called_1(peer: FeedServer) -> None:
    program = await a_program()
    manager = await a_manager(program)
    await a_feed(program, peer.url, by=manager)
    await a_feed(program, f"{peer.url}?other", by=manager)

    await read_due(NOW)

    assert len(await the_news()) == 2


async def test_an_address_is_added_once_and_by_its_own_program_alone(opened: str) -> None:
    program, other = await a_program(), await a_program()
    manager = await a_manager(program)
    feed = await a_feed(program, "https://moc.example/feed", by=manager)

    with pytest.raises(FeedExists):
        await a_feed(program, "https://moc.example/feed", by=manager)
    with pytest.raises(NotFound):
        await feeds.pause_feed(other, feed.id, pause=True, by=manager, now=NOW)


@pytest.mark.parametrize(
    "url",
    ["", "moc.example", "ftp://x", "https://u:p@x/", "http://x y/", "http://[", "http://x:0/"],
)
async def test_an_address_that_is_none_is_refused(opened: str, url: str) -> None:
    with pytest.raises(FeedAddressUnfit):
        await a_feed(await a_program(), url)
