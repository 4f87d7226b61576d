"""The fields of a form as a browser posts it, before anyone has said what they should be."""

from collections.abc import Mapping
from typing import Final

from aiohttp import hdrs, web

from web.bodies import MalformedBody

_FORM: Final = "application/x-www-form-urlencoded"


async def typed_in(request: web.Request) -> Mapping[str, str]:
    """Return a posted form's text fields; nothing for any other request."""
    if request.method != hdrs.METH_POST or request.content_type != _FORM:
        return {}
    try:
        form = await request.post()
    except (ValueError, LookupError):
        raise MalformedBody from None
    return {name: value for name, value in form.items() if isinstance(value, str)}
