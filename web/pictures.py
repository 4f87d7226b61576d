"""Pictures as browsers and chats get them: for ever, since a name means one content."""

from typing import Final

from aiohttp import web

from domain import programs
from domain.content import pictures

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_MEDIA: Final = {".webp": "image/webp", ".jpg": "image/jpeg"}


def add_routes(app: web.Application) -> None:
    """Serve each program's pictures under its own address."""
    app.router.add_get("/p/{program}/pictures/{name}", _serve)


async def _serve(request: web.Request) -> web.StreamResponse:
    program = await programs.by_slug(request.match_info["program"])
    file = pictures.file_of(program.id, request.match_info["name"])
    return web.FileResponse(
        file, headers={"Content-Type": _MEDIA[file.suffix], "Cache-Control": _FOR_EVER}
    )
