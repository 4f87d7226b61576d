"""The addresses of the pages."""

from typing import Final

from aiohttp import web

from miniapp.pages import door, earning, leaving, looking_back, opening, papers, profile, reading

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
    web.get(f"{ROOT}/history/{{id}}", looking_back.entry),
    web.get(f"{ROOT}/profile", profile.profile),
    web.post(f"{ROOT}/profile/birthday", profile.set_birthday),
    web.post(f"{ROOT}/profile/language", profile.speak),
    web.post(f"{ROOT}/profile/notices", profile.hear),
    web.get(f"{ROOT}/leave", leaving.offer),
    web.post(f"{ROOT}/departure", leaving.depart),
    web.get(f"{ROOT}/help", papers.guide),
    web.get(f"{ROOT}/terms", papers.terms),
    web.get(f"{ROOT}/privacy", papers.privacy),
    web.get(f"{ROOT}/bot.svg", door.show_bot_code),
    web.post(f"{ROOT}/sign-in/code", door.ask),
    web.get(f"{ROOT}/sign-in/telegram", door.leave_for_telegram),
    web.get(f"{ROOT}/sign-in/back", door.back_from_telegram),
)


def add_routes(app: web.Application) -> None:
    """Serve the pages."""
    app.router.add_routes(ROUTES)
