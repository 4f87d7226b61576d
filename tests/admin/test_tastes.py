from domain import db
from tests.admin.desk import REPORT, Desk, acts

PASSWORD = "cà phê sữa đá 2026"
ANOTHER = "một ly bạc xỉu nhiều sữa"


async def test_a_language_is_kept_with_the_person_and_a_theme_with_the_browser(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get(REPORT)
    assert 'lang="vi" data-theme="auto"' in desk.html

    wanted = f"{REPORT}?from=2026-03-01&to=2026-03-02"
    assert await desk.submit("/admin/tastes", language="en", next=wanted) == 303
    assert desk.headers["Location"] == wanted
    await desk.get(wanted)
    assert await desk.submit("/admin/tastes", theme="dark", next=wanted) == 303

    await desk.get(REPORT)
    assert 'lang="en" data-theme="dark"' in desk.html
    async with db.reading() as connection:
        assert await connection.fetchval("select locale from staff") == "en"


async def test_a_theme_that_nobody_offers_is_not_drawn(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get(REPORT)

    assert await desk.submit("/admin/tastes", theme='"><script>') == 422
    desk.browser.session.cookie_jar.update_cookies({"__Host-theme": "evil"})
    await desk.get(REPORT)

    assert 'data-theme="auto"' in desk.html


async def test_a_first_password_is_set_and_lets_in(desk: Desk) -> None:
    await desk.sign_in(login="lan")
    await desk.get("/admin/password")
    assert 'name="current"' not in desk.html

    assert await desk.submit("/admin/password", password=PASSWORD) == 303

    assert (await acts())[-1][0] == "password_changed"
    desk.browser.session.cookie_jar.clear()
    fields = {"login": "lan", "password": PASSWORD}
    assert await desk.post("/admin/sign-in/password", fields) == 303


async def test_another_password_needs_the_one_before_and_ends_other_sessions(desk: Desk) -> None:
    await desk.sign_in(login="lan", password=PASSWORD)
    elsewhere = desk.session
    await desk.post("/admin/sign-in/password", {"login": "lan", "password": PASSWORD})
    async with db.transaction() as connection:  # the other browser is still signed in
        await connection.execute("update staff_session set ended_at = null")
    await desk.get("/admin/password")

    for wrong in ("", "guessed", ANOTHER):
        assert await desk.submit("/admin/password", current=wrong, password=ANOTHER) == 422
        await desk.get("/admin/password")
    assert await desk.submit("/admin/password", current=PASSWORD, password="short") == 422
    await desk.get("/admin/password")
    assert await desk.submit("/admin/password", current=PASSWORD, password=ANOTHER) == 303

    assert await desk.get(REPORT) == 200
    desk.browser.session.cookie_jar.clear()
    assert await desk.get(REPORT, headers={"Cookie": f"__Host-admin={elsewhere}"}) == 401
    assert await desk.post("/admin/sign-in/password", {"login": "lan", "password": PASSWORD}) == 401
    assert await desk.post("/admin/sign-in/password", {"login": "lan", "password": ANOTHER}) == 303


async def test_the_current_password_cannot_be_guessed_for_ever(desk: Desk) -> None:
    await desk.sign_in(password=PASSWORD)
    for _ in range(5):
        await desk.get("/admin/password")
        assert await desk.submit("/admin/password", current="guess", password=ANOTHER) == 422

    await desk.get("/admin/password")
    assert await desk.submit("/admin/password", current=PASSWORD, password=ANOTHER) == 429
    assert "Lan Anh" in desk.html
