"""Signing in by OpenID Connect against a real issuer over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestClient

from domain import secrets
from tests.clock import FixedClock
from tests.peers import openid_issuer
from tests.peers.openid_issuer import CLIENT, SECRET, Algorithm, Fault, Issuer
from tests.web.conftest import Serve
from web import openid
from web.keys import CLOCK
from web.openid import Provider

BACK = "https://loyalty.example/back"
UNREACHABLE = {
    "not json",
    "huge",
    "configuration 500",
    "token 500",
    "keys 500",
    "another issuer's configuration",
}
Client = TestClient[Any, Any]


@pytest.fixture
async def issuer(clock: FixedClock) -> AsyncIterator[Issuer]:
    secrets.configure("a secret that only tests know")
    async with openid_issuer.running(clock) as peer:
        yield peer


@pytest.fixture
async def client(serve: Serve, issuer: Issuer) -> Client:
    """A browser before two views: the way there, and the way back."""
    provider = Provider(issuer=issuer.url, client_id=CLIENT, client_secret=SECRET)

    async def leave(request: web.Request) -> web.StreamResponse:
        how = {"purpose": request.query.get("purpose", "test"), "redirect_uri": BACK}
        return await openid.begin(request, provider, next="/somewhere", **how)

    async def back(request: web.Request) -> web.StreamResponse:
        now = request.config_dict[CLOCK].now()
        login = await openid.finish(request, provider, purpose="test", redirect_uri=BACK, now=now)
        response = web.json_response(vars(login))
        openid.drop(response)
        return response

    made = await serve({"/leave": leave, "/back": back})
    made.session._cookie_jar = CookieJar(unsafe=True, treat_as_secure_origin=made.make_url("/"))
    return made


async def leave(client: Client, **query: str) -> str:
    """Begin, and return the address to which the browser is led."""
    answer = await client.get("/leave", params=query, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def consent(address: str) -> str:
    """Say yes at the issuer, and return the way back as a path of ours."""
    async with ClientSession() as session, session.get(address, allow_redirects=False) as answer:
        back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


async def signed_in(client: Client) -> tuple[int, dict[str, Any]]:
    answer = await client.get(await consent(await leave(client)))
    return answer.status, await answer.json()


@pytest.mark.parametrize("algorithm", get_args(Algorithm))
async def test_a_person_is_known_by_what_the_issuer_signed(
    client: Client, issuer: Issuer, algorithm: Algorithm
) -> None:
    issuer.algorithm = algorithm

    status, login = await signed_in(client)

    assert status == 200, login
    assert login == {
        "user_id": "700000001",
        "name": "Lan Anh",
        "username": "lananh",
        "next": "/somewhere",
    }


async def test_an_issuer_may_want_the_secret_in_the_form(client: Client, issuer: Issuer) -> None:
    issuer.secret_in_form = True

    assert (await signed_in(client))[0] == 200


@pytest.mark.parametrize("fault", [f for f in get_args(Fault) if f not in UNREACHABLE])
async def test_what_does_not_fit_is_refused_in_a_sentence(
    client: Client, issuer: Issuer, fault: Fault
) -> None:
    issuer.fault = fault

    status, answer = await signed_in(client)

    code = "login_declined" if fault == "declined" else "login_refused"
    assert (status, answer["error"]["code"]) == (401, code)
    assert answer["error"]["message"].endswith(".")


@pytest.mark.parametrize("fault", ["token 500", "keys 500"])
async def test_an_issuer_that_fails_half_way_is_no_fault_of_ours(
    client: Client, issuer: Issuer, fault: Fault
) -> None:
    issuer.fault = fault

    status, answer = await signed_in(client)

    assert (status, answer["error"]["code"]) == (503, "login_unreachable")


@pytest.mark.parametrize(
    "fault", ["configuration 500", "not json", "huge", "another issuer's configuration"]
)
async def test_nobody_is_led_to_an_issuer_that_cannot_be_used(
    client: Client, issuer: Issuer, fault: Fault
) -> None:
    issuer.fault = fault

    answer = await client.get("/leave", allow_redirects=False)

    assert answer.status == 503
    assert (await answer.json())["error"]["code"] == "login_unreachable"


async def test_an_issuer_that_is_not_there_is_a_sentence(serve: Serve) -> None:
    nowhere = Provider(issuer="http://127.0.0.1:1", client_id=CLIENT, client_secret=SECRET)
    secrets.configure("a secret that only tests know")

    async def leave(request: web.Request) -> web.StreamResponse:
        return await openid.begin(request, nowhere, purpose="test", redirect_uri=BACK)

    client = await serve({"/leave": leave})

    answer = await client.get("/leave")
    assert (answer.status, (await answer.json())["error"]["code"]) == (503, "login_unreachable")


async def test_a_wrong_login_secret_says_who_can_mend_it(serve: Serve, issuer: Issuer) -> None:
    provider = Provider(issuer=issuer.url, client_id=CLIENT, client_secret="of another bot")
    assert "of another bot" not in repr(provider)

    async def leave(request: web.Request) -> web.StreamResponse:
        return await openid.begin(request, provider, purpose="test", redirect_uri=BACK)

    async def back(request: web.Request) -> web.StreamResponse:
        now = request.config_dict[CLOCK].now()
        how: dict[str, Any] = {"purpose": "test", "redirect_uri": BACK, "now": now}
        await openid.finish(request, provider, **how)
        raise AssertionError

    client = await serve({"/leave": leave, "/back": back})
    began = await client.get("/leave", allow_redirects=False)
    kept = SimpleCookie(began.headers["Set-Cookie"])[openid.COOKIE].value
    way_back = await consent(began.headers["Location"])

    answer = await client.get(way_back, headers={"Cookie": f"{openid.COOKIE}={kept}"})

    assert (answer.status, (await answer.json())["error"]["code"]) == (401, "login_secret_refused")


async def test_the_browser_keeps_nothing_that_it_can_read(client: Client) -> None:
    answer = await client.get("/leave", allow_redirects=False)

    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    cookie = SimpleCookie(answer.headers["Set-Cookie"])[openid.COOKIE]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert asked["state"][0] not in cookie.value
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]


@pytest.mark.parametrize(
    "lost", ["state", "cookie", "time", "purpose", "twice", "sealed elsewhere"]
)
async def test_only_the_browser_that_began_comes_back_and_once(
    client: Client, clock: FixedClock, lost: str
) -> None:
    way_back = await consent(await leave(client, purpose="other" if lost == "purpose" else "test"))
    if lost == "state":
        way_back = way_back.split("&state=")[0] + "&state=%C3%A9"
    elif lost == "cookie":
        client.session.cookie_jar.clear()
    elif lost == "time":
        clock.advance(timedelta(minutes=10))
    elif lost == "twice":
        assert (await client.get(way_back)).status == 200
    elif lost == "sealed elsewhere":
        secrets.configure("another secret than before")

    answer = await client.get(way_back)

    assert (answer.status, (await answer.json())["error"]["code"]) == (401, "login_stale")


async def test_another_issuers_answer_is_not_mixed_in(client: Client) -> None:
    way_back = await consent(await leave(client))

    answer = await client.get(f"{way_back}&iss=https://evil.example")

    assert (answer.status, (await answer.json())["error"]["code"]) == (401, "login_refused")


async def test_a_code_of_another_sign_in_is_worth_nothing(client: Client) -> None:
    """The verifier is in this browser's cookie, the code was made for another."""
    stolen = parse_qs(urlsplit(await consent(await leave(client))).query)["code"][0]
    way_back = await consent(await leave(client))
    mine = parse_qs(urlsplit(way_back).query)["code"][0]

    answer = await client.get(way_back.replace(mine, stolen))

    assert (answer.status, (await answer.json())["error"]["code"]) == (401, "login_refused")


async def test_beginning_again_and_again_is_limited(client: Client) -> None:
    answers = [(await client.get("/leave", allow_redirects=False)).status for _ in range(22)]

    assert answers.count(429) > 0
