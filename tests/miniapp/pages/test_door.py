"""The ways in for a browser outside the chat, as pages."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, CookieJar

from domain import bots
from domain.access.sign_in_codes import answer
from domain.programs import Program
from tests.clock import MONDAY_NOON, FixedClock
from tests.miniapp.phone import Client, Phone
from tests.peers import openid_issuer
from tests.peers.openid_issuer import SECRET, Fault, Issuer
from web.bots import forget_bots
from web.keys import WebConfig


@pytest.fixture
async def issuer(clock: FixedClock) -> AsyncIterator[Issuer]:
    async with openid_issuer.running(clock) as peer:
        yield peer


@pytest.fixture
def config(issuer: Issuer) -> WebConfig:
    return WebConfig(public_url="https://loyalty.example", login_issuer=issuer.url)


@pytest.fixture
async def browser(client: Client, program: Program) -> Client:
    """A browser before a program whose bot signs people in on the web."""
    await bots.set_login_secret(program, SECRET, by="operator", now=MONDAY_NOON)
    assert client.server
    forget_bots(client.server.app)  # type: ignore[attr-defined]
    client.session._cookie_jar = CookieJar(unsafe=True, treat_as_secure_origin=client.make_url("/"))
    return client


async def _to_telegram(browser: Client) -> str:
    there = await browser.get("/p/moc/app/sign-in/telegram", allow_redirects=False)
    assert there.status == 303
    return str(there.headers["Location"])


async def _back(browser: Client) -> str:
    """Go to Telegram, say yes, come back, and return where one is led."""
    address = await _to_telegram(browser)
    async with ClientSession() as elsewhere:
        consent = await elsewhere.get(address, allow_redirects=False)
        back = urlsplit(consent.headers["Location"])
    home = await browser.get(f"{back.path}?{back.query}", allow_redirects=False)
    assert home.status == 303
    return str(home.headers["Location"])


async def test_telegrams_own_page_lets_its_person_in(
    browser: Client, program: Program, clock: FixedClock, issuer: Issuer
) -> None:
    place = await _back(browser)

    assert place.startswith("/p/moc/app#signin=")
    link = place.partition("signin=")[2]
    response = await browser.post("/p/moc/app/start", headers={"Authorization": f"link {link}"})
    assert response.status == 200
    person = Phone(browser, program, clock, user_id=int(issuer.person["id"]))
    person.token = response.headers["X-Session-Token"]
    shown = (await person.gets("me"))["customer"]
    assert shown["name"] == "Lan Anh"
    assert shown["id"] == str((await person.customer()).customer_id)


@pytest.mark.parametrize("fault", ["declined", "bad nonce", "wrong audience", "token 500"])
async def test_a_refused_sign_in_leads_back_with_a_word(
    browser: Client, issuer: Issuer, fault: Fault
) -> None:
    issuer.fault = fault

    assert await _back(browser) == "/p/moc/app#login=refused"


async def test_an_issuer_that_is_away_leads_back_with_a_word(
    browser: Client, issuer: Issuer
) -> None:
    issuer.fault = "configuration 500"

    assert await _to_telegram(browser) == "/p/moc/app#login=refused"


async def test_a_program_whose_bot_has_no_secret_offers_no_such_door(client: Client) -> None:
    there = await client.get("/p/moc/app/sign-in/telegram", allow_redirects=False)

    assert there.headers["Location"] == "/p/moc/app#login=refused"
    assert "/sign-in/telegram" not in await (await client.get("/p/moc/app")).text()


async def test_the_door_stands_on_the_page_once_there_is_a_secret(browser: Client) -> None:
    assert "/p/moc/app/sign-in/telegram" in await (await browser.get("/p/moc/app")).text()


async def test_a_number_to_pick_is_shown_and_its_secret_is_not(
    client: Client, member: Phone, program: Program, clock: FixedClock
) -> None:
    response = await client.post("/p/moc/app/sign-in/code")

    html, token = await response.text(), response.headers["X-Code-Token"]
    nonce, _, secret = token.partition(".")
    number = re.search(r'number">(\d\d)<', html)
    assert number
    assert response.headers["Cache-Control"] == "no-store"
    assert f"start=login_{nonce}" in html
    assert secret not in html
    who = (await member.customer()).customer_id
    assert await answer(program.id, nonce, number[1], who, now=clock.now())
    entered = await client.post("/p/moc/app/start", headers={"Authorization": f"code {token}"})
    assert entered.status == 200
    assert 'data-screen="home"' in await entered.text()


async def test_a_number_that_took_too_long_lets_nobody_in(
    client: Client, member: Phone, program: Program, clock: FixedClock
) -> None:
    token = (await client.post("/p/moc/app/sign-in/code")).headers["X-Code-Token"]
    clock.advance(timedelta(minutes=10))

    entered = await client.post("/p/moc/app/start", headers={"Authorization": f"code {token}"})

    assert entered.status == 401
