"""A1 and A13: what strangers' pages make a signed-in browser send or show."""

import pytest

from domain.access.models import Staff
from tests.admin.desk import REPORT, Desk

FORMS = {
    "/admin/tastes": {"language": "en", "next": REPORT},
    "/admin/password": {"password": "a very long secret"},
    "/admin/sign-out": {},
}


async def untouched(desk: Desk, member: Staff) -> bool:
    now = await Staff.get(id=member.id)
    same = (now.locale, now.password_hash) == (member.locale, member.password_hash)
    return same and await desk.get(REPORT) == 200


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("secret", ["", "guessed", "é"])
async def test_a_form_without_this_sessions_secret_does_nothing(
    desk: Desk, path: str, secret: str
) -> None:
    member = await desk.sign_in()

    fields = {**FORMS[path], **({"csrf": secret} if secret else {})}
    assert await desk.post(path, fields) == 403

    assert await untouched(desk, member)


@pytest.mark.parametrize("path", FORMS)
async def test_the_secret_of_another_session_does_nothing(desk: Desk, path: str) -> None:
    await desk.sign_in()
    await desk.get(REPORT)
    foreign = desk.csrf
    member = await desk.sign_in()

    assert await desk.post(path, {**FORMS[path], "csrf": foreign}) == 403

    assert await untouched(desk, member)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: next(iter(headers.values())),
)
async def test_a_strangers_page_cannot_post_even_with_the_secret(
    desk: Desk, path: str, headers: dict[str, str]
) -> None:
    member = await desk.sign_in()
    await desk.get(REPORT)

    assert await desk.post(path, {**FORMS[path], "csrf": desk.csrf}, headers=headers) == 403

    assert await untouched(desk, member)


@pytest.mark.parametrize("path", FORMS)
async def test_json_dressed_as_text_is_no_form(desk: Desk, path: str) -> None:
    member = await desk.sign_in()

    answer = await desk.browser.post(
        path, data='{"csrf": "x"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status == 403

    assert await untouched(desk, member)


@pytest.mark.parametrize(
    "path", ["/admin/tastes", "/admin/sign-out", "/admin/sign-in/link", "/admin/sign-in/password"]
)
async def test_what_changes_something_is_not_got(desk: Desk, path: str) -> None:
    member = await desk.sign_in()

    assert await desk.get(path) == 405
    assert desk.headers["Allow"] == "POST"

    assert await untouched(desk, member)


async def test_the_own_secret_may_come_in_a_header(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get(REPORT)

    headers = {
        "X-CSRF-Token": desk.csrf,
        "Origin": "https://loyalty.example",
        "Sec-Fetch-Site": "same-origin",
    }
    assert await desk.post("/admin/tastes", {"language": "en"}, headers=headers) == 303

    await desk.get(REPORT)
    assert 'lang="en"' in desk.html


@pytest.mark.parametrize("path", ["/admin/sign-in", REPORT, "/admin/nothing", "/admin/password"])
async def test_no_page_is_framed_stored_or_scripted_by_strangers(desk: Desk, path: str) -> None:
    """A8, A13."""
    await desk.sign_in()

    await desk.get(path)

    policy = desk.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert desk.headers["X-Frame-Options"] == "DENY"
    assert desk.headers["Cache-Control"] == "no-store"
    for forbidden in ("<script>", " style=", " onclick=", "javascript:"):
        assert forbidden not in desk.html


@pytest.mark.parametrize("body", [b"csrf=%ff%fe&language=en", b"\xff\xfe=1", b"a" * 200_000])
async def test_a_broken_form_is_refused_and_nothing_fails(desk: Desk, body: bytes) -> None:
    member = await desk.sign_in()

    answer = await desk.browser.post(
        "/admin/tastes", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status in {400, 403, 413}

    assert await untouched(desk, member)
