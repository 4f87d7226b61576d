"""The staff's surface, mounted on an application."""

from typing import Final

from aiohttp import hdrs, web

from admin import api
from admin.auth import doors, second_step
from admin.auth import telegram as telegram_door
from admin.auth.forgery import refuse_forged
from admin.auth.people import know_person
from admin.pages import (
    audit_log,
    broadcasts,
    campaigns,
    categories,
    decisions,
    factor,
    feeds,
    imports,
    look,
    loyalty,
    member,
    movements,
    news,
    overview,
    policies,
    products,
    rule,
    rules,
    security,
    settings,
    tastes,
    team,
    telegram,
    telegram_link,
    terms,
)
from admin.pages.errors import answer_pages
from admin.pages.places import (
    HOME,
    LOYALTY,
    LOYALTY_CSV,
    MOVEMENTS,
    PASSWORD,
    REFERRALS,
    ROOT,
    SIGN_IN,
)
from web.bot_api import LINE
from web.bots import BOTS
from web.keys import CONFIG

_PAGES: Final = (
    web.get(SIGN_IN, doors.show),
    web.post(f"{SIGN_IN}/link", doors.by_link),
    web.post(f"{SIGN_IN}/password", doors.by_password),
    web.post(f"{ROOT}/sign-out", doors.sign_out),
    web.post(f"{ROOT}/tastes", tastes.choose),
    web.get(PASSWORD, tastes.show_password),
    web.post(PASSWORD, tastes.change_password),
    web.get(LOYALTY, loyalty.show),
    web.get(LOYALTY_CSV, loyalty.export),
    web.get(MOVEMENTS, movements.show),
    web.get(REFERRALS, movements.show_referrals),
    *second_step.ROUTES,
    *telegram_door.ROUTES,
    *security.ROUTES,
    *factor.ROUTES,
    *telegram_link.ROUTES,
    *team.ROUTES,
    *member.ROUTES,
    *audit_log.ROUTES,
    *overview.ROUTES,
    *rules.ROUTES,
    *rule.ROUTES,
    *campaigns.ROUTES,
    *decisions.ROUTES,
    *broadcasts.ROUTES,
    *settings.ROUTES,
    *look.ROUTES,
    *terms.ROUTES,
    *policies.ROUTES,
    *telegram.ROUTES,
    *products.ROUTES,
    *news.ROUTES,
    *categories.ROUTES,
    *feeds.ROUTES,
    *imports.ROUTES,
)


def setup(app: web.Application) -> None:
    """Serve the staff's pages and JSON under `/admin`.

    The application has CONFIG and CLOCK, the limits and the static files, as
    `web.root.application` gives them.
    """
    rooms = web.Application(middlewares=[answer_pages, know_person, refuse_forged])
    # Headers are completed by the innermost application's configuration.
    rooms[CONFIG], rooms[BOTS], rooms[LINE] = app[CONFIG], app[BOTS], app[LINE]
    for route in (*_PAGES, *api.ROUTES):
        rooms.router.add_route(route.method, route.path.removeprefix(ROOT), route.handler)
    for way_in in ("", "/"):
        rooms.router.add_get(way_in, _go_home)
    app.add_subapp(ROOT, rooms)


async def _go_home(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=303, headers={hdrs.LOCATION: HOME})
