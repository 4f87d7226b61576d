"""P11, for feeds: no address leads where it should not, and no answer is too much for us."""

from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest

from domain.errors import Refusal
from tests.peers.feed_server import FeedServer, feed_server
from web.fetching import BYTES_MAX, Fetcher, is_public


@pytest.fixture
async def peer() -> AsyncIterator[FeedServer]:
    async with feed_server() as served:
        yield served


def loopback_too() -> Fetcher:
    return Fetcher(lambda address: address.is_loopback)


async def refused(url: str, fetch: Fetcher | None = None) -> str:
    with pytest.raises(Refusal) as refusal:
        await (fetch or loopback_too())(url, None, None)
    return refusal.value.code


async def test_an_address_is_read(peer: FeedServer) -> None:
    fetched = await loopback_too()(peer.url, None, None)

    assert fetched.content is not None
    assert b"rss" in fetched.content


async def test_what_has_not_changed_is_not_sent_again(peer: FeedServer) -> None:
    peer.etag = '"first"'
    first = await loopback_too()(peer.url, None, None)

    second = await loopback_too()(peer.url, first.etag, None)

    assert (first.etag, second.content) == ('"first"', None)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "ff02::1",
        "::7f00:1",
        "fec0::1",
        "64:ff9b:1::7f00:1",
    ],
)
def test_what_is_not_public_is_not_read(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_what_is_public_is_read(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
        # The client reads these as the plain number, which no resolver is asked about.
        "\uff11\uff12\uff17.0.0.1",
        "127\u30020\u30020\u30021",
        "\u2460\u2461\u2466.0.0.1",
    ],
)
async def test_our_own_machine_is_not_read_however_it_is_written(
    peer: FeedServer, host: str
) -> None:
    port = peer.address.rsplit(":", 1)[1]

    code = await refused(f"http://{host}:{port}/feed.xml", Fetcher())

    # The client itself takes half-written numbers for no address at all.
    assert code == ("address_unreachable" if host in {"127.1", "2130706433"} else "address_refused")
    assert peer.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x/", "http://u:p@127.0.0.1/", "x"]
)
async def test_only_the_web_is_read(url: str) -> None:
    assert await refused(url) == "address_refused"


async def test_a_redirect_is_judged_anew(peer: FeedServer) -> None:
    inside = "http://10.0.0.1/latest/meta-data"

    assert await refused(f"{peer.address}/moved?to={inside}") == "address_refused"
    assert await refused(f"{peer.address}/moved?to=file:///etc/passwd") == "address_refused"


async def test_a_few_redirects_are_followed(peer: FeedServer) -> None:
    fetched = await loopback_too()(f"{peer.address}/moved?to=/feed.xml", None, None)

    assert fetched.content is not None


async def test_redirects_in_a_circle_end(peer: FeedServer) -> None:
    assert await refused(f"{peer.address}/circle") == "redirected_too_often"


async def test_of_100_megabytes_no_more_is_read_than_is_needed(peer: FeedServer) -> None:
    assert await refused(f"{peer.address}/endless") == "answer_too_large"

    assert peer.sent < 5 * BYTES_MAX


async def test_a_small_answer_that_swells_is_not_swallowed(peer: FeedServer) -> None:
    assert await refused(f"{peer.address}/packed") == "answer_too_large"


async def test_whoever_says_nothing_is_not_waited_for(peer: FeedServer) -> None:
    impatient = Fetcher(lambda address: address.is_loopback, seconds=0.2)

    assert await refused(f"{peer.address}/silent", impatient) == "address_too_slow"


async def test_nobody_there_is_a_refusal(peer: FeedServer) -> None:
    assert await refused("http://127.0.0.1:9/feed.xml") == "address_unreachable"


@pytest.mark.parametrize("status", [403, 404, 500, 503])
async def test_an_error_is_a_refusal(peer: FeedServer, status: int) -> None:
    assert await refused(f"{peer.address}/status/{status}") == "answer_refused"
