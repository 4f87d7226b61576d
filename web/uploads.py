"""Forms with a file in them, read as they arrive: the first field before all others, and a limit.

What a form needs to be let in stands in its first field, so a stranger's gigabyte is turned
away after a few hundred bytes.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from aiohttp import BodyPartReader, MultipartReader, web
from multidict import MultiDict

from web.bodies import MalformedBody, TooLarge, TooSlow, UnsupportedContent

FORM: Final = "multipart/form-data"
TEXTS_MAX: Final = 256 * 1024
_FIELDS_MAX: Final = 60
_FIRST_MAX: Final = 1024
_FIRST_SECONDS: Final = 15
_SECONDS: Final = 120
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A form's texts, and its file: None if no file was chosen or it is too large."""

    texts: MultiDict[str]
    file: bytes | None = None
    is_too_large: bool = False


class Arriving:
    """A form of which only the first field was read."""

    def __init__(self, reader: MultipartReader, name: str, first: str) -> None:
        self._reader = reader
        self.name = name
        self.first = first

    async def rest(self, file: str, longest: int) -> Sent:
        """Read the other fields; of a file that is longer than that nothing more is read.

        Raises TooLarge for more text than any form of ours has, MalformedBody, TooSlow.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._rest(file, longest)
        except TimeoutError:
            raise TooSlow from None
        except (ValueError, LookupError, AssertionError, web.RequestPayloadError):
            raise MalformedBody from None

    async def _rest(self, file: str, longest: int) -> Sent:
        texts = MultiDict({self.name: self.first})
        left = TEXTS_MAX
        for _ in range(_FIELDS_MAX):
            part = await _next(self._reader)
            if part is None:
                return Sent(texts)
            if part.name == file:
                content = await _content(part, longest)
                # A file comes last: whatever follows one that is too large is not waited for.
                return Sent(texts, content or None, is_too_large=content is None)
            content = await _content(part, left)
            if content is None:
                raise TooLarge
            left -= len(content)
            texts.add(part.name or "", content.decode())
        raise TooLarge


ARRIVING = web.RequestKey("ARRIVING", Arriving)


async def arriving(request: web.Request) -> Arriving:
    """Return the form that is arriving, its first field read; raises UnsupportedContent."""
    if ARRIVING in request:
        return request[ARRIVING]
    if request.content_type != FORM:
        raise UnsupportedContent(expected=FORM)
    try:
        async with asyncio.timeout(_FIRST_SECONDS):
            reader = await request.multipart()
            part = await _next(reader)
            content = await _content(part, _FIRST_MAX) if part else None
            if part is None or content is None:
                raise MalformedBody
            form = Arriving(reader, part.name or "", content.decode())
    except TimeoutError:
        raise TooSlow from None
    except (ValueError, LookupError, AssertionError, web.RequestPayloadError):
        raise MalformedBody from None
    request[ARRIVING] = form
    return form


async def _next(reader: MultipartReader) -> BodyPartReader | None:
    part = await reader.next()
    if isinstance(part, MultipartReader):
        raise MalformedBody
    return part


async def _content(part: BodyPartReader, longest: int) -> bytes | None:
    """Return a field's bytes; None, the rest unread, if there are more than that."""
    content = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        content += chunk
        if len(content) > longest:
            return None
    return bytes(content)
