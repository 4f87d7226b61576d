"""Static files under names that change with their content, so browsers keep them for ever."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

_ROOT = Path(__file__).resolve().parents[1]
_FOLDERS = ("web/static", "miniapp/static", "admin/static")
_FONTS = "node_modules/@fontsource-variable/hanken-grotesk/files"
_VENDORED = {
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
    "cally.js": "node_modules/cally/dist/cally.js",
    "digits.woff2": "node_modules/.made/digits.woff2",
    "hanken-latin.woff2": f"{_FONTS}/hanken-grotesk-latin-wght-normal.woff2",
    "hanken-vietnamese.woff2": f"{_FONTS}/hanken-grotesk-vietnamese-wght-normal.woff2",
}
_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_REFERENCE = re.compile(r"""(?<=["'(])\./([\w.-]+)(?=["')])""")
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file as it is sent: its hashed name, its bytes plain and packed."""

    address: str
    media_type: str
    body: bytes
    packed: bytes | None


def asset_url(name: str) -> str:
    """Return the address of a static file; it changes whenever the file does."""
    return f"/static/{_load(name).address}"


def asset_text(name: str) -> str:
    """Return a static file's text, for pages that carry it inside themselves."""
    return _load(name).body.decode()


def asset_bytes(name: str) -> bytes:
    """Return a static file as it is."""
    return _load(name).body


def add_routes(app: web.Application) -> None:
    """Serve every static file of the program under `/static/`."""
    app.router.add_get("/static/{address}", _serve)


async def _serve(request: web.Request) -> web.Response:
    stem, _, rest = request.match_info["address"].partition(".")
    digest, _, suffix = rest.rpartition(".")
    name = f"{stem}.{suffix}"
    if name not in _sources():
        raise web.HTTPNotFound
    asset = _load(name)
    # A page made by the previous release may still ask for the old name: give it the new file.
    fresh = asset.address == f"{stem}.{digest}.{suffix}"
    headers = {
        "Content-Type": asset.media_type,
        "Cache-Control": _FOR_EVER if fresh else "no-store",
        "Vary": "Accept-Encoding",
    }
    if asset.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=asset.packed, headers=headers)
    return web.Response(body=asset.body, headers=headers)


@cache
def _sources() -> dict[str, Path]:
    own = [path for folder in _FOLDERS for path in sorted((_ROOT / folder).glob("*.*"))]
    found = {path.name: path for path in own if path.suffix in _MEDIA}
    return found | {name: _ROOT / path for name, path in _VENDORED.items()}


@cache
def _load(name: str) -> Asset:
    path = _sources()[name]
    body = path.read_bytes()
    if path.suffix in {".mjs", ".css"} and name not in _VENDORED:
        body = _REFERENCE.sub(lambda found: f"./{_load(found[1]).address}", body.decode()).encode()
    digest = hashlib.sha256(body).hexdigest()[:10]
    packed = gzip.compress(body, mtime=0)
    return Asset(
        address=f"{name.removesuffix(path.suffix)}.{digest}{path.suffix}",
        media_type=_MEDIA[path.suffix],
        body=body,
        packed=packed if len(packed) < len(body) else None,
    )
