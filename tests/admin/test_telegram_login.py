"""Signing in with Telegram, against a real issuer over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from pytest_aiohttp.plugin import AiohttpClient

from domain import bots
from domain.access import telegram
from domain.access.models import Staff
from domain.programs import Program
from tests.admin.desk import HOME, REPORT, Desk, acts, serve
from tests.admin.test_second_step import turn_on
from tests.clock import MONDAY_NOON, FixedClock
from tests.factories import a_program
from tests.peers import openid_issuer
from tests.peers.openid_issuer import CLIENT, SECRET, Issuer

DOOR = "/admin/sign-in/telegram"
LINK = "/admin/security/telegram"


@pytest.fixture
async def issuer(clock: FixedClock) -> AsyncIterator[Issuer]:
    async with openid_issuer.running(clock) as peer:
        yield peer


@pytest.fixture
async def desk(
    opened: str, aiohttp_client: AiohttpClient, clock: FixedClock, issuer: Issuer
) -> Desk:
    """A desk in a shop whose bot has a login secret."""
    program = await a_program()
    await give_bot(program)
    return await serve(aiohttp_client, program, clock, login_issuer=issuer.url)


async def give_bot(program: Program, bot_id: int = int(CLIENT)) -> None:
    how = {"token": f"{bot_id}:AAF-made-up-token-for-tests_0123456789", "bot_id": bot_id}
    await bots.connect(program, username="moc_bot", by="operator", now=MONDAY_NOON, **how)  # type: ignore[arg-type]
    await bots.set_login_secret(program, SECRET, by="operator", now=MONDAY_NOON)


async def there_and_back(desk: Desk, path: str, **fields: str) -> int:
    """Press the button, say yes at the issuer, come back."""
    press = desk.submit(path) if path == LINK else desk.post(path, fields)
    assert await press == 303
    async with (
        ClientSession() as elsewhere,
        elsewhere.get(desk.headers["Location"], allow_redirects=False) as answer,
    ):
        back = urlsplit(answer.headers["Location"])
    assert back.netloc == "loyalty.example"
    status = await desk.get(f"{back.path}?{back.query}")
    if status == 303 and desk.headers["Location"].startswith(f"{LINK}/back"):
        return await desk.get(desk.headers["Location"])
    return status


async def test_a_member_links_telegram_and_signs_in_with_it(desk: Desk) -> None:
    member = await desk.sign_in()
    await desk.get("/admin/security")
    assert await there_and_back(desk, LINK) == 303
    assert (await Staff.get(id=member.id)).telegram_id == "700000001"
    assert (await acts())[-1] == ("telegram_linked", {"telegram": "700000001"})
    await desk.get("/admin/security")
    assert "@lananh" in desk.html
    desk.browser.session.cookie_jar.clear()
    wanted = f"{REPORT}?from=2026-03-01&to=2026-03-02"

    await desk.get(wanted)
    assert f'formaction="{DOOR}"' in desk.html
    assert await there_and_back(desk, DOOR, next=wanted, login="", password="") == 303

    assert desk.headers["Location"] == wanted
    assert await desk.get(REPORT) == 200
    assert (await acts())[-1] == ("signed_in", {"way": "telegram"})


async def test_a_stranger_is_told_what_to_do_and_becomes_no_member(desk: Desk) -> None:
    await desk.get("/admin/sign-in")

    assert await there_and_back(desk, DOOR) == 409

    assert 'role="alert"' in desk.html
    assert desk.session == ""
    assert await Staff.all().count() == 0
    assert (await acts())[-1][0] == "sign_in_failed"


async def test_the_second_step_is_asked_for_after_telegram_too(desk: Desk) -> None:
    member = await desk.sign_in()
    device, _ = await turn_on(desk)
    await telegram.link(member, "700000001", "Lan", now=desk.now)
    desk.browser.session.cookie_jar.clear()
    desk.clock.advance(timedelta(minutes=1))
    await desk.get("/admin/sign-in")

    assert await there_and_back(desk, DOOR) == 303

    assert desk.headers["Location"] == "/admin/sign-in/code"
    assert await desk.get(REPORT) == 401
    assert await desk.post("/admin/sign-in/code", {"code": device.code(desk.now)}) == 303
    assert await desk.get(REPORT) == 200


@pytest.mark.parametrize("fault", ["bad nonce", "wrong audience", "expired", "wrong key"])
async def test_a_false_word_lets_nobody_in(desk: Desk, issuer: Issuer, fault: str) -> None:
    member = await desk.a_member()
    await telegram.link(member, "700000001", "Lan", now=desk.now)
    issuer.fault = fault  # type: ignore[assignment]
    await desk.get("/admin/sign-in")

    assert await there_and_back(desk, DOOR) == 401

    assert desk.session == ""
    assert 'role="alert"' in desk.html


async def test_an_issuer_that_does_not_answer_is_a_sentence(desk: Desk, issuer: Issuer) -> None:
    issuer.fault = "configuration 500"
    await desk.get("/admin/sign-in")

    assert await desk.post(DOOR, {}) == 503

    assert 'role="alert"' in desk.html
    assert 'name="password"' in desk.html


async def test_a_way_back_that_nobody_began_links_and_lets_in_nothing(desk: Desk) -> None:
    member = await desk.sign_in()

    slug = desk.program.slug
    for path in (f"{DOOR}/{slug}?code=code-1&state=x", f"{LINK}/back?code=code-1&state=x"):
        assert await desk.get(path) == 401

    assert (await Staff.get(id=member.id)).telegram_id is None


async def test_nobody_is_led_away_after_telegram(desk: Desk) -> None:
    """A12."""
    member = await desk.a_member()
    await telegram.link(member, "700000001", "Lan", now=desk.now)
    await desk.get("/admin/sign-in")

    assert await there_and_back(desk, DOOR, next="//evil.example") == 303

    assert desk.headers["Location"] == HOME


async def test_a_form_may_lead_to_the_issuer_and_nowhere_else(desk: Desk, issuer: Issuer) -> None:
    await desk.get("/admin/sign-in")

    policy = desk.headers["Content-Security-Policy"]
    assert f"form-action 'self' {issuer.url};" in policy


async def test_of_several_programs_the_one_that_is_named_is_meant(desk: Desk) -> None:
    other = await a_program()
    member = await desk.a_member()
    await telegram.link(member, "700000001", "Lan", now=desk.now)
    await desk.get("/admin/sign-in")

    for unknown in ("", "no-such-program", other.slug):
        assert await desk.post(DOOR, {"program": unknown}) == 409
        assert 'role="alert"' in desk.html
    assert await there_and_back(desk, DOOR, program=desk.program.slug) == 303


async def test_without_a_login_secret_there_is_no_button(
    opened: str, aiohttp_client: AiohttpClient, clock: FixedClock
) -> None:
    desk = await serve(aiohttp_client, await a_program(), clock)
    await desk.get("/admin/sign-in")
    assert DOOR not in desk.html
    assert await desk.post(DOOR, {}) == 409

    await desk.sign_in()
    await desk.get("/admin/security")
    assert f'action="{LINK}"' not in desk.html
    assert await desk.submit(LINK) == 409


async def test_an_account_of_somebody_else_is_not_linked(desk: Desk) -> None:
    other = await desk.a_member()
    await telegram.link(other, "700000001", "Lan", now=desk.now)
    member = await desk.sign_in()
    await desk.get("/admin/security")

    assert await there_and_back(desk, LINK) == 409

    assert (await Staff.get(id=member.id)).telegram_id is None


async def test_unlinking_shuts_that_door(desk: Desk) -> None:
    member = await desk.sign_in()
    await telegram.link(member, "700000001", "Lan", now=desk.now)
    await desk.get("/admin/security")

    assert await desk.submit(f"{LINK}/unlink") == 303

    desk.browser.session.cookie_jar.clear()
    await desk.get("/admin/sign-in")
    assert await there_and_back(desk, DOOR) == 409
