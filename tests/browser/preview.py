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
    app.router.add_post("/p/{slug}/api/v1/session", _session)
    app.router.add_get("/p/{slug}/app{rest:.*}", _page)
    return app


async def _page(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    if "Authorization" not in request.headers:
        return shell_answer(face(slug), locale)
    name = request.match_info["rest"].strip("/") or "home"
    known = samples(locale)
    return answer(known.get(name.replace("/", "-"), known["article"]), face(slug), locale)


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
    return answer(action("vi"), face(slug), slug.rpartition(".")[2])


async def _session(_request: web.Request) -> web.Response:
    return web.json_response({"token": "t1", "expires_at": "2026-07-10T13:00:00+00:00"})


if __name__ == "__main__":
    web.run_app(preview(), host="127.0.0.1", port=8099)
