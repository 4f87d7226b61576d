"""Request bodies, read strictly: the right type, the right size, the exact values asked for."""

import asyncio
import json
import re
from typing import Annotated, Any, Final, TypeVar

from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from domain.errors import InvalidInput, Refusal

BODY_MAX: Final = 64 * 1024
SLOW_SECONDS: Final = 15
DIGITS_MAX: Final = 20
KEY_HEADER: Final = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


class Body(BaseModel):
    """A request's content: exactly these fields, exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Shape = TypeVar("Shape", bound=Body)
# A whole number as a query or a form writes it: ASCII digits and nothing else.
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]


class MalformedBody(Refusal):
    """The request's content cannot be read."""

    code = "malformed_body"


class UnsupportedContent(Refusal):
    """Send the content as %(expected)s."""

    code = "unsupported_content"


class TooLarge(Refusal):
    """The request's content is too large."""

    code = "too_large"


class TooSlow(Refusal):
    """The request's content took too long to arrive."""

    code = "too_slow"


class KeyMissing(Refusal):
    """A request that changes something needs one Idempotency-Key of 1 to 255 characters."""

    code = "idempotency_key_missing"


async def read_json(request: web.Request, shape: type[Shape]) -> Shape:
    """Read a JSON body; no content at all counts as `{}`."""
    content = await _content(request, "application/json")
    try:
        return checked(shape, _DECODER.decode(content.decode()) if content else {})
    except (ValueError, RecursionError):
        raise MalformedBody from None


async def read_form(request: web.Request, shape: type[Shape]) -> Shape:
    """Read a form as a browser posts it; a field given twice is refused."""
    return once_each(await posted(request), shape)


async def posted(request: web.Request) -> MultiMapping[Any]:
    """Return a form's fields as a browser posts them, unchecked."""
    await _content(request, "application/x-www-form-urlencoded")
    try:
        return await request.post()
    except (ValueError, LookupError):
        raise MalformedBody from None


def read_query(request: web.Request, shape: type[Shape]) -> Shape:
    """Read the address's query; a parameter given twice is refused."""
    return once_each(request.query, shape)


def request_key_of(request: web.Request) -> str:
    """Return the key that the caller gave this request; every write needs exactly one."""
    given = request.headers.getall(KEY_HEADER, [])
    if len(given) != 1 or not _KEY.fullmatch(given[0]):
        raise KeyMissing
    return given[0]


def once_each(fields: MultiMapping[Any], shape: type[Shape]) -> Shape:
    """Check fields that have a name and a text each."""
    check_form(len(set(fields)) == len(fields))
    return checked(shape, dict(fields))


def check_form(is_plain: bool) -> None:
    """Refuse a form that gives a field twice where one is meant."""
    if not is_plain:
        raise InvalidInput("a field is given twice")


def checked(shape: type[Shape], value: object) -> Shape:
    """Return the value as that shape, or refuse it and name the first field that is wrong."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in wrong["loc"])
        raise InvalidInput(f"{where}: {wrong['msg']}" if where else wrong["msg"]) from None


def _whole(digits: str) -> int:
    if len(digits) > DIGITS_MAX:
        raise InvalidInput("a number is too long")
    return int(digits)


def _no_number(name: str) -> float:
    raise InvalidInput(f"{name} is not a number")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise InvalidInput("a field is given twice")
    return dict(pairs)


_DECODER: Final = json.JSONDecoder(
    parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_object
)


async def _content(request: web.Request, expected: str) -> bytes:
    if (request.content_length or 0) > BODY_MAX:
        raise TooLarge
    try:
        async with asyncio.timeout(SLOW_SECONDS):
            content = await request.read()
    except TimeoutError:
        raise TooSlow from None
    except web.RequestPayloadError:
        raise MalformedBody from None
    if len(content) > BODY_MAX:
        raise TooLarge
    if content and request.content_type != expected:
        raise UnsupportedContent(expected=expected)
    return content
