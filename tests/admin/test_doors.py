from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from redis.asyncio import Redis

from domain import db
from domain.access import staff
from tests.admin.desk import HOME, REPORT, Desk, acts, serve
from tests.clock import FixedClock
from tests.factories import a_program
from web.limits import quick_redis

PASSWORD = "cà phê sữa đá 2026"


async def test_a_link_opens_the_report_and_works_once(desk: Desk) -> None:
    member = await desk.a_member()
    link = await desk.a_link(member)

    assert await desk.post("/admin/sign-in/link", {"token": link}) == 303
    assert desk.headers["Location"] == HOME
    assert await desk.get(REPORT) == 200
    assert "Lan Anh" in desk.html

    assert await desk.post("/admin/sign-in/link", {"token": link}) == 401
    assert [act for act, _ in await acts()] == ["staff_created", "signed_in"]


async def test_the_session_cookie_is_bound_to_this_host(desk: Desk) -> None:
    """A6: __Host-, Secure, HttpOnly, SameSite=Lax, Path=/."""
    await desk.sign_in()

    cookie = SimpleCookie(desk.headers["Set-Cookie"])["__Host-admin"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


async def test_a_planted_session_is_not_taken_over(desk: Desk) -> None:
    """A6: signing in makes a new session, and ends the one before it."""
    planted = {"Cookie": "__Host-admin=planted"}
    member = await desk.a_member()
    assert (
        await desk.post(
            "/admin/sign-in/link", {"token": await desk.a_link(member)}, headers=planted
        )
        == 303
    )
    first = desk.session
    assert first not in ("", "planted")

    assert await desk.post("/admin/sign-in/link", {"token": await desk.a_link(member)}) == 303

    assert desk.session != first
    desk.browser.session.cookie_jar.clear()
    assert await desk.get(REPORT, headers={"Cookie": f"__Host-admin={first}"}) == 401


async def test_the_right_password_leads_to_the_page_that_was_wanted(desk: Desk) -> None:
    await desk.a_member(login="lan", password=PASSWORD)
    wanted = f"{REPORT}?from=2026-03-01&to=2026-03-02"
    assert await desk.get(wanted) == 401
    assert f'name="next" value="{wanted.replace("&", "&amp;")}"' in desk.html

    fields = {"login": "lan", "password": PASSWORD, "next": wanted}
    assert await desk.post("/admin/sign-in/password", fields) == 303

    assert desk.headers["Location"] == wanted


async def test_a_wrong_password_is_asked_again_without_showing_it(desk: Desk) -> None:
    await desk.a_member(login="lan", password=PASSWORD)

    fields = {"login": 'lan"><b>', "password": "wrong secret"}
    assert await desk.post("/admin/sign-in/password", fields) == 401

    assert "lan&#34;&gt;&lt;b&gt;" in desk.html
    assert "wrong secret" not in desk.html
    assert desk.session == ""


@pytest.mark.parametrize("redis", ["none", "away"])
async def test_the_sixth_failure_is_not_even_tried(
    opened: str, aiohttp_client: AiohttpClient, clock: FixedClock, redis: str
) -> None:
    """A5: five in 15 minutes, counted where Redis is not needed."""
    away: Redis | None = quick_redis("redis://127.0.0.1:1") if redis == "away" else None
    desk = await serve(aiohttp_client, await a_program(), clock, redis=away)
    await desk.a_member(login="lan", password=PASSWORD)
    for _ in range(5):
        assert await desk.post("/admin/sign-in/password", {"login": "lan", "password": "x"}) == 401

    right = {"login": "lan", "password": PASSWORD}
    assert await desk.post("/admin/sign-in/password", right) == 429
    assert desk.headers["Retry-After"] == "900"

    clock.advance(timedelta(minutes=15, seconds=1))
    assert await desk.post("/admin/sign-in/password", right) == 303
    if away:
        await away.aclose()


async def test_rotating_forwarded_addresses_does_not_dodge_the_limit(desk: Desk) -> None:
    for number in range(5):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        fields = {"login": f"guess{number}", "password": "x"}
        assert await desk.post("/admin/sign-in/password", fields, headers=headers) == 401

    fields = {"login": "guess9", "password": "x"}
    assert (
        await desk.post("/admin/sign-in/password", fields, headers={"X-Forwarded-For": "1.2.3.4"})
        == 429
    )


async def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get(REPORT)
    kept = desk.session

    assert await desk.submit("/admin/sign-out") == 303

    assert desk.session == ""
    assert await desk.get(REPORT, headers={"Cookie": f"__Host-admin={kept}"}) == 401
    assert [act for act, _ in await acts()][-1] == "signed_out"


@pytest.mark.parametrize(
    "path", [REPORT, "/admin/api/v1/reports/customer-loyalty?from=2026-03-01&to=2026-03-02"]
)
async def test_who_is_disabled_or_demoted_is_out_at_the_next_request(desk: Desk, path: str) -> None:
    """A7."""
    demoted = await desk.sign_in()
    assert await desk.get(path) == 200
    async with (
        db.transaction() as connection
    ):  # the role alone changes, as another tool might do it
        await connection.execute("update staff set role = 'cashier' where id = $1", demoted.id)
    assert await desk.get(path) == 403

    await staff.change_role(demoted, "analyst", now=desk.now)
    assert await desk.get(path) == 401

    disabled = await desk.sign_in()
    assert await desk.get(path) == 200
    await staff.disable(disabled, now=desk.now)
    assert await desk.get(path) == 401


async def test_a_session_that_rested_too_long_is_over(desk: Desk) -> None:
    await desk.sign_in()

    desk.clock.advance(timedelta(hours=2))

    assert await desk.get(REPORT) == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/admin",
        "/\\evil.example",
        "/admin\\@evil.example",
        "javascript:alert(1)",
        "/admin/../../evil",
        "/admin//evil.example",
        "/admin/reports/customer-loyalty\r\nSet-Cookie: x=y",
        "/administrator",
        "",
    ],
)
async def test_nobody_is_led_away(desk: Desk, wanted: str) -> None:
    """A12."""
    member = await desk.a_member()

    fields = {"token": await desk.a_link(member), "next": wanted}
    assert await desk.post("/admin/sign-in/link", fields) == 303
    assert desk.headers["Location"] == HOME

    await desk.get(REPORT)
    assert await desk.submit("/admin/tastes", theme="dark", next=wanted) == 303
    assert desk.headers["Location"] == HOME


async def test_an_absolute_target_and_a_forged_host_lead_nowhere(desk: Desk) -> None:
    """A12: whatever the request line or Host say, redirects stay local."""
    assert await desk.get("/admin", headers={"Host": "evil.example"}) == 303

    assert desk.headers["Location"] == HOME
    assert "evil.example" not in desk.html


async def test_the_sign_in_page_speaks_the_language_that_was_chosen(desk: Desk) -> None:
    assert await desk.get("/admin/sign-in", headers={"Accept-Language": "en"}) == 200
    assert 'lang="en"' in desk.html

    assert await desk.get("/admin/sign-in?language=vi", headers={"Accept-Language": "en"}) == 200
    assert "Đăng nhập" in desk.html
    assert "__Host-language=vi" in desk.headers["Set-Cookie"]


async def test_the_program_is_asked_for_only_where_there_are_several(desk: Desk) -> None:
    await desk.get("/admin/sign-in")
    assert 'name="program"' not in desk.html

    await a_program()
    await desk.get("/admin/sign-in")
    assert 'name="program"' in desk.html
