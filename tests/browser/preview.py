"""A small server that shows samples through the real shell; `python -m tests.browser.preview`.

The program's slug names the sample and the language: `/p/home-claimed.vi/app`. A slug such as
`503.vi` answers the sign-in with that status.
"""

from aiohttp import web

from miniapp.pages.render import answer, shell_answer
from tests.miniapp.samples import action, face, samples
from web.assets import add_routes

SESSION = {"X-Session-Token": "t0", "X-Session-Expires": "2026-07-10T11:00:00+00:00"}


def preview() -> web.Application:
    app = web.Application()
    add_routes(app)
    app.router.add_post("/p/{slug}/app/start", _start)
    app.router.add_post("/p/{slug}/app/actions/{action}", _act)
    app.router.add_post("/p/{slug}/app/registration", _register)
    app.router.add_post("/p/{slug}/api/v1/session", _session)
    app.router.add_post("/p/{slug}/api/v1/products/{id}/shares", _share)
    app.router.add_get("/p/{slug}/app{rest:.*}", _page)
    return app


async def _page(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    if "Authorization" not in request.headers:
        return shell_answer(face(slug), locale)
    name = request.match_info["rest"].strip("/") or "home"
    known = samples(locale)
    screen = known.get(name, known["product"] if "products" in name else known["article"])
    part = "more" if request.headers.get("HX-Target") == "more" else "whole"
    return answer(screen, face(slug), locale, part=part)


async def _start(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    name, _, locale = slug.rpartition(".")
    if name.isdigit():
        return web.json_response({"error": {"code": "x", "message": "x"}}, status=int(name))
    response = answer(samples(locale)[name], face(slug), locale)
    response.headers.update(SESSION)
    return response


async def _act(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    made = action(request.match_info["action"])
    return answer(made, face(slug), slug.rpartition(".")[2])


async def _register(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    return answer(samples(locale)["home-new"], face(slug), locale)


async def _share(_request: web.Request) -> web.Response:
    link = {"url": "https://t.me/moc_rewards_bot?startapp=s_1", "text": "Ngon lắm"}
    return web.json_response({"prepared_message_id": "m1", "evidence": "e3.abc", **link})


async def _session(_request: web.Request) -> web.Response:
    return web.json_response({"token": "t1", "expires_at": "2026-07-10T13:00:00+00:00"})


if __name__ == "__main__":
    web.run_app(preview(), host="127.0.0.1", port=8099)
