"""The addresses of the pages."""

from typing import Final

from aiohttp import web

from miniapp.pages import earning, looking_back, opening, reading

ROOT: Final = "/p/{program}/app"
ROUTES: Final = (
    web.get(ROOT, opening.home),
    web.get(f"{ROOT}/", opening.home),
    web.post(f"{ROOT}/start", opening.start),
    web.get(f"{ROOT}/welcome", opening.welcome),
    web.post(f"{ROOT}/registration", opening.join),
    web.get(f"{ROOT}/earn", earning.ways),
    web.post(f"{ROOT}/actions/{{action}}", earning.act),
    web.get(f"{ROOT}/news", reading.news),
    web.get(f"{ROOT}/news/{{id}}", reading.article),
    web.get(f"{ROOT}/products", reading.products),
    web.get(f"{ROOT}/products/{{id}}", reading.product),
    web.get(f"{ROOT}/invite", looking_back.invite),
    web.get(f"{ROOT}/history", looking_back.history),
)


def add_routes(app: web.Application) -> None:
    """Serve the pages."""
    app.router.add_routes(ROUTES)
