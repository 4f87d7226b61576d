"""Where a person is signed in, and ending it."""

import re

from domain.access.sessions import hash_of
from tests.admin.desk import Desk, acts
from tests.factories import a_program

SECURITY = "/admin/security"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


async def a_seat(desk: Desk, login: str, browser: str = PHONE) -> str:
    """Come in from elsewhere, and return that session's token."""
    kept = desk.session
    desk.browser.session.cookie_jar.clear()
    fields = {"login": login, "password": "cà phê sữa đá 2026"}
    headers = {"User-Agent": browser}
    assert await desk.post("/admin/sign-in/password", fields, headers=headers) == 303
    token = desk.session
    desk.browser.session.cookie_jar.update_cookies(
        {"__Host-admin": kept}, desk.browser.make_url("/")
    )
    return token


async def works(desk: Desk, token: str) -> bool:
    kept = desk.session
    desk.browser.session.cookie_jar.clear()
    status = await desk.get(SECURITY, headers={"Cookie": f"__Host-admin={token}"})
    desk.browser.session.cookie_jar.update_cookies(
        {"__Host-admin": kept}, desk.browser.make_url("/")
    )
    return status == 200


async def test_a_person_sees_where_they_are_signed_in_and_ends_one_of_it(desk: Desk) -> None:
    await desk.sign_in(login="lan", password="cà phê sữa đá 2026")
    phone = await a_seat(desk, "lan")
    tablet = await a_seat(desk, "lan", "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36")

    assert await desk.get(SECURITY) == 200
    assert "Safari trên iPhone" in desk.html
    assert "Chrome trên Android" in desk.html
    assert desk.html.count("Trình duyệt này") == 1
    assert phone not in desk.html
    named = re.search(
        r'Safari trên iPhone.*?name="session" value="([0-9a-f]{64})"', desk.html, re.DOTALL
    )
    assert named
    assert await desk.submit(f"{SECURITY}/sessions/end", session=named[1]) == 303

    assert not await works(desk, phone)
    assert await works(desk, tablet)
    assert (await acts())[-1][0] == "sessions_ended"


async def test_all_others_end_and_this_one_stays(desk: Desk) -> None:
    await desk.sign_in(login="lan", password="cà phê sữa đá 2026")
    others = [await a_seat(desk, "lan") for _ in range(2)]
    await desk.get(SECURITY)

    assert await desk.submit(f"{SECURITY}/sessions/end-others") == 303

    assert [await works(desk, token) for token in others] == [False, False]
    assert await desk.get(SECURITY) == 200


async def test_nobody_ends_a_strangers_session(desk: Desk) -> None:
    await desk.a_member("manager", login="bao", password="cà phê sữa đá 2026")
    await desk.sign_in()
    foreign = await a_seat(desk, "bao")
    await desk.get(SECURITY)

    for named in (hash_of(foreign).hex(), "x", "0" * 64, ""):
        await desk.get(SECURITY)
        assert await desk.submit(f"{SECURITY}/sessions/end", session=named) == 404

    assert await works(desk, foreign)


async def test_a_cashier_sees_their_own_security_too(desk: Desk) -> None:
    await desk.sign_in("cashier")

    assert await desk.get(SECURITY) == 200


async def test_a_session_of_another_program_is_another_persons(desk: Desk) -> None:
    await desk.sign_in(login="lan", password="cà phê sữa đá 2026")
    mine, desk.program = desk.program, await a_program()
    await desk.a_member(login="lan", password="cà phê sữa đá 2026")
    desk.program = mine

    await desk.get(SECURITY)

    assert desk.html.count('name="session"') == 0
