"""Reading strangers' addresses: only public ones, only so much, only so long.

A name may lead anywhere, so what is judged is the address that is connected to, at every
redirect anew.
"""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from domain.content.feed_reading import Fetched
from domain.errors import Refusal

BYTES_MAX: Final = 2 * 1024 * 1024
REDIRECTS_MAX: Final = 3
SECONDS_MAX: Final = 20
_HEADERS: Final = {
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
    "User-Agent": "ChatLoyalty/1 (feed reader)",
}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED, _OK = 304, 200
_MARK_MAX: Final = 300
# Addresses that carry another one inside, which a gateway would go on to.
_NAT64: Final = ip_network("64:ff9b::/96")
# All of the sixth version's addresses that the public internet has.
_UNICAST: Final = ip_network("2000::/3")

Allows = Callable[[IPv4Address | IPv6Address], bool]


class AddressRefused(Refusal):
    """This address leads into a network that is not public, so it is not read."""

    code = "address_refused"


class AddressUnreachable(Refusal):
    """Nobody answers at this address."""

    code = "address_unreachable"


class AddressTooSlow(Refusal):
    """The answer took longer than %(seconds)s seconds."""

    code = "address_too_slow"


class AnswerTooLarge(Refusal):
    """The answer is larger than 2 MB, so it was not read to its end."""

    code = "answer_too_large"


class AnswerRefused(Refusal):
    """The address answers with the error %(status)s."""

    code = "answer_refused"


class RedirectedTooOften(Refusal):
    """The address leads from one to the next without end."""

    code = "redirected_too_often"


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public internet, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner or address.teredo:
            return inner is not None and is_public(inner)
        if address not in _UNICAST:
            return False
    return address.is_global and not address.is_multicast


class Fetcher:
    """Reads addresses; `allows` says which may be connected to."""

    def __init__(self, allows: Allows = is_public, seconds: float = SECONDS_MAX) -> None:
        self._allows = allows
        self._seconds = seconds

    async def __call__(self, url: str, etag: str | None, modified: str | None) -> Fetched:
        """Read an address, unless it has not changed; raises a Refusal that says why not."""
        marks = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = _HEADERS | {name: mark for name, mark in marks.items() if mark}
        try:
            async with asyncio.timeout(self._seconds), self._session() as session:
                return await self._read(session, url, headers)
        except TimeoutError:
            raise AddressTooSlow(seconds=round(self._seconds)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if _was_refused(error):
                raise AddressRefused from None
            raise AddressUnreachable from None

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self._allows), use_dns_cache=False, force_close=True
        )
        # No cookie, no proxy of the environment, no password file.
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    async def _read(
        self, session: aiohttp.ClientSession, url: str, headers: dict[str, str]
    ) -> Fetched:
        for _ in range(REDIRECTS_MAX + 1):
            place = self._checked(url)
            async with session.get(place, headers=headers, allow_redirects=False) as answer:
                if answer.status not in _MOVED:
                    return await _content(answer)
                url = urljoin(url, answer.headers.get("Location", ""))
        raise RedirectedTooOften

    def _checked(self, url: str) -> URL:
        """Judge what is written in an address: a number is connected to without asking anyone.

        It is read as the client reads it, to whom full-width digits are digits too.
        """
        place = URL(url)
        if place.scheme not in {"http", "https"} or not place.host or place.user:
            raise AddressRefused
        try:
            number = ip_address(place.host)
        except ValueError:
            return place  # a name: judged when it is resolved
        if not self._allows(number):
            raise AddressRefused
        return place


class _RefusedError(OSError):
    """A name leads where we do not go."""


class _Resolver(AbstractResolver):
    """Answers only with addresses that may be connected to."""

    def __init__(self, allows: Allows) -> None:
        self._allows = allows
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        # One bad address spoils the name: whoever mixes them means no good.
        if not all(self._allows(ip_address(each["host"].partition("%")[0])) for each in found):
            raise _RefusedError(host)
        return found

    async def close(self) -> None:
        await self._inner.close()


def _was_refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, _RefusedError):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _content(answer: aiohttp.ClientResponse) -> Fetched:
    etag, modified = (_mark(answer, name) for name in ("ETag", "Last-Modified"))
    if answer.status == _NOT_MODIFIED:
        return Fetched(None, etag, modified)
    if answer.status != _OK:
        raise AnswerRefused(status=answer.status)
    if (answer.content_length or 0) > BYTES_MAX:
        raise AnswerTooLarge
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > BYTES_MAX:
            raise AnswerTooLarge
    return Fetched(bytes(content), etag, modified)


def _mark(answer: aiohttp.ClientResponse, name: str) -> str | None:
    mark = answer.headers.get(name, "")
    return mark if mark and mark.isprintable() and len(mark) <= _MARK_MAX else None
