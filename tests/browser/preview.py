"""A small server that shows samples through the real shell; `python -m tests.browser.preview`.

The program's slug names the sample and the language: `/p/home-claimed.vi/app`. A slug such as
`503.vi` answers the sign-in with that status.
"""

from dataclasses import replace

from aiohttp import web

from miniapp.pages.render import answer, bot_code, shell_answer
from miniapp.pages.screens import ProfileScreen
from tests.miniapp.samples import action, face, samples
from web.assets import add_routes
from web.screens import screen_of

_ITEMS = {"products": "product", "news": "article", "history": "entry"}
SESSION = {"X-Session-Token": "t0", "X-Session-Expires": "2026-07-10T11:00:00+00:00"}


def preview() -> web.Application:
    app = web.Application()
    add_routes(app)
    app.router.add_post("/p/{slug}/app/start", _start)
    app.router.add_post("/p/{slug}/app/actions/{action}", _act)
    app.router.add_post("/p/{slug}/app/registration", _register)
    app.router.add_post("/p/{slug}/api/v1/session", _session)
    app.router.add_post("/p/{slug}/app/departure", _depart)
    app.router.add_post("/p/{slug}/app/profile/{part}", _change)
    app.router.add_post("/p/{slug}/app/sign-in/code", _code)
    app.router.add_get("/p/{slug}/api/v1/sign-in-codes", _code_state)
    app.router.add_delete("/p/{slug}/api/v1/session", _sign_out)
    app.router.add_get("/p/{slug}/api/v1/program", _program)
    app.router.add_post("/p/{slug}/api/v1/products/{id}/shares", _share)
    app.router.add_get("/p/{slug}/app/bot.svg", _bot_code)
    app.router.add_get("/p/{slug}/app{rest:.*}", _page)
    return app


async def _page(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    if "Authorization" not in request.headers:
        return shell_answer(face(slug), locale)
    name = request.match_info["rest"].strip("/") or "home"
    known = samples(locale)
    item = name.partition("/")[0]
    screen = known.get(name) or known[_ITEMS[item]]
    part = "more" if request.headers.get("HX-Target") == "more" else "whole"
    return answer(screen, face(slug), locale, part=part)


async def _start(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    name, _, locale = slug.rpartition(".")
    if name.isdigit():
        return web.json_response({"error": {"code": "x", "message": "x"}}, status=int(name))
    response = answer(samples(locale)[name], face(slug), locale)
    response.headers.update(SESSION)
    if place := screen_of(
        (await request.json()).get("start_param") if request.can_read_body else None
    ):
        response.headers["X-Screen"] = place.path
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


async def _depart(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    response = answer(samples(locale)["farewell"], face(slug), locale)
    response.headers["X-Screen"] = "/leave"
    return response


async def _change(request: web.Request) -> web.Response:
    """Answer as if what was asked for had been changed."""
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    asked = await request.post()
    part = {"birthday": "birthday", "notices": "notice-" + str(asked.get("kind"))}.get(
        request.match_info["part"], "whole"
    )
    if part == "whole":
        response = answer(
            samples(str(asked["locale"]))["profile"], face(slug), str(asked["locale"])
        )
        response.headers["X-Screen"] = "/profile"
        return response
    screen = samples(locale)["profile-locked"]
    assert isinstance(screen, ProfileScreen)
    turned = tuple(
        replace(one, on=asked["wanted"] == "yes") if one.code == asked.get("kind") else one
        for one in screen.switches
    )
    return answer(replace(screen, switches=turned), face(slug), locale, part=part)


async def _code(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    locale = slug.rpartition(".")[2]
    response = answer(samples(locale)["code"], face(slug), locale)
    response.headers["X-Code-Token"] = "n.s"
    return response


async def _code_state(_request: web.Request) -> web.Response:
    return web.json_response({"state": "confirmed"})


async def _sign_out(_request: web.Request) -> web.Response:
    return web.Response(status=204)


async def _bot_code(request: web.Request) -> web.Response:
    drawn = bot_code(face(request.match_info["slug"]))
    return web.Response(text=drawn, content_type="image/svg+xml")


async def _program(_request: web.Request) -> web.Response:
    return web.json_response({})


async def _session(_request: web.Request) -> web.Response:
    return web.json_response({"token": "t1", "expires_at": "2026-07-10T13:00:00+00:00"})


if __name__ == "__main__":
    web.run_app(preview(), host="127.0.0.1", port=8099)
