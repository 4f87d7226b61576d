"""Forged requests: what a stranger's page makes a signed-in browser send."""

import hmac
from typing import Final

from aiohttp import hdrs, web

from admin.auth.forms import typed_in
from admin.auth.people import PERSON
from admin.pages.places import SIGN_IN
from domain.errors import Refusal
from web.errors import Handler
from web.headers import ForeignOrigin

FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
_SAFE: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
# "none" is a person who typed the address or opened a bookmark.
_OWN_SITES: Final = frozenset({"same-origin", "none"})


class StaleForm(Refusal):
    """This form is no longer valid. Please load the page again."""

    code = "stale_form"


@web.middleware
async def refuse_forged(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a write pass only from our own pages, with the secret of the session it is sent with.

    The secret may be a form's field or a header. A token in `Authorization` needs none: no
    browser adds it by itself.
    """
    if request.method not in _SAFE:
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES:
            raise ForeignOrigin
        person = request.get(PERSON)
        # The sign-in page may stand open since before somebody signed in next door.
        if person and person.session and not request.path.startswith(SIGN_IN):
            given = request.headers.get(HEADER) or (await typed_in(request)).get(FIELD, "")
            if not hmac.compare_digest(_bytes(given), _bytes(person.session.csrf_token)):
                raise StaleForm
    return await handler(request)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
