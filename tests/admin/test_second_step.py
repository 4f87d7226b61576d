"""Signing in with a second step, as a browser does it."""

import re
from datetime import timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from redis.asyncio import Redis

from tests.admin.desk import HOME, REPORT, Desk, acts, serve
from tests.clock import FixedClock
from tests.domain.access.people import PASSWORD, Device
from tests.factories import a_program
from web.limits import quick_redis

STEP = "/admin/security/second-step"
CODE = "/admin/sign-in/code"


async def turn_on(desk: Desk) -> tuple[Device, list[str]]:
    """Turn the second step on as a person would; return the device, and the recovery codes."""
    await desk.get("/admin/security")
    assert await desk.submit(STEP) == 303
    assert await desk.get(STEP) == 200
    found = re.search(r'class="code secret">([A-Z2-7 ]+)<', desk.html)
    assert found
    device = Device(found[1].replace(" ", ""))
    assert await desk.submit(f"{STEP}/confirmation", code=device.code(desk.now)) == 200
    return device, re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", desk.html)


async def by_password(desk: Desk, **fields: str) -> int:
    values = {"login": "lan", "password": PASSWORD, **fields}
    return await desk.post("/admin/sign-in/password", values)


async def test_a_person_turns_it_on_and_is_asked_for_a_code_from_then_on(desk: Desk) -> None:
    await desk.sign_in(login="lan", password=PASSWORD)
    device, codes = await turn_on(desk)
    assert len(codes) == 10
    assert (await acts())[-1][0] == "factor_turned_on"
    desk.browser.session.cookie_jar.clear()
    desk.clock.advance(timedelta(minutes=1))
    wanted = f"{REPORT}?from=2026-03-01&to=2026-03-02"

    assert await by_password(desk, next=wanted) == 303
    assert desk.headers["Location"].startswith(f"{CODE}?next=")
    assert desk.session == ""
    assert await desk.get(REPORT) == 401
    assert await desk.get(desk.headers.get("Location", f"{CODE}?next={wanted}")) == 200
    assert await desk.post(CODE, {"code": "000000", "next": wanted}) == 422
    assert 'autocomplete="one-time-code"' in desk.html
    assert "000000" not in desk.html
    assert await desk.post(CODE, {"code": device.code(desk.now), "next": wanted}) == 303

    assert desk.headers["Location"] == wanted
    assert await desk.get(REPORT) == 200


async def test_a_code_that_let_in_lets_in_nobody_else(desk: Desk) -> None:
    await desk.sign_in(login="lan", password=PASSWORD)
    device, codes = await turn_on(desk)
    desk.clock.advance(timedelta(minutes=1))
    code = device.code(desk.now)
    for used, once in ((code, 303), (code, 422), (codes[0], 303), (codes[0], 422)):
        desk.browser.session.cookie_jar.clear()
        await by_password(desk)
        assert await desk.post(CODE, {"code": used}) == once


async def test_a_link_needs_the_code_too(desk: Desk) -> None:
    member = await desk.sign_in(login="lan")
    device, _ = await turn_on(desk)
    desk.browser.session.cookie_jar.clear()
    desk.clock.advance(timedelta(minutes=1))

    assert await desk.post("/admin/sign-in/link", {"token": await desk.a_link(member)}) == 303
    assert desk.headers["Location"] == CODE
    assert await desk.get(REPORT) == 401
    assert await desk.post(CODE, {"code": device.code(desk.now)}) == 303
    assert await desk.get(REPORT) == 200


async def test_the_cookie_of_the_first_step_is_bound_to_this_host_and_no_session(
    desk: Desk,
) -> None:
    """A6."""
    await desk.sign_in(login="lan", password=PASSWORD)
    await turn_on(desk)
    desk.browser.session.cookie_jar.clear()
    await by_password(desk)
    [half] = [one for one in desk.browser.session.cookie_jar if one.key == "__Host-admin-step"]
    assert half["secure"]
    assert half["httponly"]
    assert (half["samesite"], half["path"], half["domain"]) == ("Lax", "/", "127.0.0.1")

    assert await desk.get(REPORT, headers={"Cookie": f"__Host-admin={half.value}"}) == 401


async def test_who_did_not_take_the_first_step_is_led_to_it(desk: Desk) -> None:
    assert await desk.get(CODE) == 303
    assert desk.headers["Location"] == "/admin/sign-in"

    assert await desk.post(CODE, {"code": "123456"}) == 401
    assert 'name="password"' in desk.html


@pytest.mark.parametrize("redis", ["none", "away"])
async def test_the_sixth_wrong_code_is_not_even_tried(
    opened: str, aiohttp_client: AiohttpClient, clock: FixedClock, redis: str
) -> None:
    """A5: five in 15 minutes, counted where Redis is not needed."""
    away: Redis | None = quick_redis("redis://127.0.0.1:1") if redis == "away" else None
    desk = await serve(aiohttp_client, await a_program(), clock, redis=away)
    await desk.sign_in(login="lan", password=PASSWORD)
    device, codes = await turn_on(desk)
    desk.browser.session.cookie_jar.clear()
    desk.clock.advance(timedelta(minutes=1))
    await by_password(desk)
    for _ in range(5):
        assert await desk.post(CODE, {"code": "000000"}) == 422

    for right in (device.code(desk.now), codes[0]):
        assert await desk.post(CODE, {"code": right}) == 429
        assert desk.headers["Retry-After"] == "900"
        assert 'autocomplete="one-time-code"' in desk.html
    if away:
        await away.aclose()


async def test_turning_it_off_and_new_codes_need_a_code(desk: Desk) -> None:
    await desk.sign_in(login="lan", password=PASSWORD)
    device, old = await turn_on(desk)
    desk.clock.advance(timedelta(minutes=1))
    for path in ("off", "recovery-codes"):
        await desk.get("/admin/security")
        assert await desk.submit(f"{STEP}/{path}", code="123456") == 422
        assert 'aria-invalid="true"' in desk.html

    await desk.get("/admin/security")
    assert await desk.submit(f"{STEP}/recovery-codes", code=device.code(desk.now)) == 200
    fresh = re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", desk.html)
    assert not set(fresh) & set(old)
    await desk.get("/admin/security")
    assert await desk.submit(f"{STEP}/off", code=old[0]) == 422
    await desk.get("/admin/security")
    assert await desk.submit(f"{STEP}/off", code=fresh[0]) == 303

    assert await by_password(desk) == 303
    assert desk.headers["Location"] == HOME


async def test_the_picture_holds_the_secret_that_is_typed_otherwise(desk: Desk) -> None:
    await desk.sign_in(login="lan")
    await desk.get("/admin/security")
    await desk.submit(STEP)

    await desk.get(STEP)

    assert '<svg class="qr"' in desk.html or 'class="qr"' in desk.html
    for forbidden in ("<script>", " style=", "javascript:"):
        assert forbidden not in desk.html
