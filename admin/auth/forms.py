"""The fields of a form as a browser posts it, before anyone has said what they should be."""

from collections.abc import Mapping
from typing import Final

from aiohttp import hdrs, web

from web import uploads
from web.bodies import MalformedBody

_FORM: Final = "application/x-www-form-urlencoded"


async def typed_in(request: web.Request) -> Mapping[str, str]:
    """Return a posted form's text fields; nothing for any other request.

    Of a form with a file only the first field is read: the rest waits until it is let in.
    """
    if request.method != hdrs.METH_POST:
        return {}
    if request.content_type == uploads.FORM:
        form = await uploads.arriving(request)
        return {form.name: form.first}
    if request.content_type != _FORM:
        return {}
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        raise MalformedBody from None
    return {name: value for name, value in posted.items() if isinstance(value, str)}
