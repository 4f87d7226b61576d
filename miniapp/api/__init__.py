"""The mini app's JSON: the same verbs as its pages, for callers of every kind."""

from typing import Final

from aiohttp import web

from miniapp.api import account, content, earning, history, profile, program, signing_in
from miniapp.auth.visits import program_of
from web.openapi import Document

PREFIX: Final = "/p/{program}/api/v1"
ROUTES: Final = (
    web.get(f"{PREFIX}/program", program.show),
    web.post(f"{PREFIX}/session", account.start_session),
    web.delete(f"{PREFIX}/session", account.end_session),
    web.post(f"{PREFIX}/sign-in-codes", signing_in.ask),
    web.get(f"{PREFIX}/sign-in-codes", signing_in.show),
    web.post(f"{PREFIX}/registration", account.join),
    web.get(f"{PREFIX}/me", account.me),
    web.patch(f"{PREFIX}/me", profile.change),
    web.get(f"{PREFIX}/notifications", profile.list_notices),
    web.patch(f"{PREFIX}/notifications", profile.choose),
    web.post(f"{PREFIX}/departure", profile.depart),
    web.get(f"{PREFIX}/actions", earning.list_actions),
    web.post(f"{PREFIX}/actions/{{action}}/claims", earning.claim_action),
    web.get(f"{PREFIX}/decisions", earning.list_decisions),
    web.get(f"{PREFIX}/products", content.list_products),
    web.get(f"{PREFIX}/products/{{id}}", content.show_product),
    web.post(f"{PREFIX}/products/{{id}}/views", content.view),
    web.post(f"{PREFIX}/products/{{id}}/shares", content.share),
    web.get(f"{PREFIX}/news", content.list_news),
    web.get(f"{PREFIX}/news/{{id}}", content.show_article),
    web.post(f"{PREFIX}/news/{{id}}/reads", content.read),
    web.get(f"{PREFIX}/movements", history.list_movements),
    web.get(f"{PREFIX}/movements/{{id}}", history.show_movement),
    web.get(f"{PREFIX}/referrals", history.list_referrals),
)
_DOCUMENT: Final = Document(
    title="Mini app",
    version="1",
    prefix=PREFIX,
    security={
        "session": {"type": "http", "scheme": "bearer"},
        "telegram": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`tma <initData>`, as Telegram gave it to the page.",
        },
        "link": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`link <token>`, of a one-time sign-in link.",
        },
        "code": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`code <token>`, which `POST /sign-in-codes` gave to this browser.",
        },
    },
)


async def _document(request: web.Request) -> web.Response:
    found = await program_of(request)
    return web.json_response(_DOCUMENT.render(ROUTES, PREFIX.format(program=found.slug)))


def add_routes(app: web.Application) -> None:
    """Serve the API and its own description."""
    app.router.add_routes(ROUTES)
    app.router.add_get(f"{PREFIX}/openapi.json", _document)
