"""Headers that every answer carries, and who may call us from a page of another origin."""

from typing import Final
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from domain.errors import Refusal
from web.errors import Handler
from web.keys import CONFIG, REQUEST_ID

# Zalo serves a mini app's shell from its own host; on iOS under a scheme of its own.
ZALO_ORIGINS: Final = frozenset({"https://h5.zdn.vn", "zbrowser://h5.zdn.vn"})
_UNSAFE: Final = frozenset({hdrs.METH_POST, hdrs.METH_PUT, hdrs.METH_PATCH, hdrs.METH_DELETE})
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "7200",
}
_EXPOSED: Final = "Idempotency-Replayed, Retry-After, X-Session-Token, X-Session-Expires, X-Screen"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" a browser would hide even our own origin from us.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Pages say more; what is no page needs nothing and stands in no frame.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Whatever may be kept says so itself: static files do, nothing personal does.
    "Cache-Control": "no-store",
}


class ForeignOrigin(Refusal):
    """This was sent by a page that is not ours."""

    code = "foreign_origin"


@web.middleware
async def guard_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer Zalo's preflights; refuse writes that a stranger's page makes a browser send."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or _is_own(request, origin):
        return await handler(request)
    welcome = _is_welcome(request, origin)
    if request.method == hdrs.METH_OPTIONS and welcome:
        return web.Response(status=204, headers=_PREFLIGHT)
    if request.method in _UNSAFE and not welcome:
        raise ForeignOrigin
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Complete an answer's headers just before it is sent."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.app[CONFIG].public_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if REQUEST_ID in request:
        response.headers["X-Request-Id"] = request[REQUEST_ID]
    response.headers.popall(hdrs.SERVER, None)
    if _has_foreign_callers(request):
        _allow(request, response)


def _allow(request: web.Request, response: web.StreamResponse) -> None:
    kept = response.headers.getall(hdrs.VARY, [])
    response.headers[hdrs.VARY] = ", ".join([*kept, hdrs.ORIGIN])
    origin = request.headers.get(hdrs.ORIGIN, "")
    if _is_welcome(request, origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED


def _is_own(request: web.Request, origin: str) -> bool:
    ours = urlsplit(request.app[CONFIG].public_url)
    return origin == f"{ours.scheme}://{ours.netloc}" or origin in {
        f"http://{request.host}",
        f"https://{request.host}",
    }


def _is_welcome(request: web.Request, origin: str) -> bool:
    return origin in ZALO_ORIGINS and _has_foreign_callers(request)


def _has_foreign_callers(request: web.Request) -> bool:
    """Only the mini app's own addresses are called from Zalo's host."""
    return request.path.startswith("/p/")
