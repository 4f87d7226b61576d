"""A browser outside the chat asks to be let in, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse

from domain.access.sign_in_codes import answer, question
from domain.programs import Program
from tests.clock import FixedClock
from tests.miniapp.phone import Client, Digest, MakePhone, Phone, refusal
from web.keys import Limits, WebConfig

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0 Safari/537.36"


@pytest.fixture
def config() -> WebConfig:
    limits = Limits(sign_ins_per_minute_alone=12)
    return WebConfig(public_url="https://loyalty.example", limits=limits)


async def _ask(client: Client, agent: str = CHROME) -> dict[str, Any]:
    response = await client.post("/p/moc/api/v1/sign-in-codes", headers={"User-Agent": agent})
    assert response.status == 201, await response.text()
    asked: dict[str, Any] = await response.json()
    return asked


def _nonce(asked: dict[str, Any]) -> str:
    return str(asked["link"]).partition("login_")[2]


async def _state(client: Client, token: str) -> str:
    headers = {"Authorization": f"code {token}"}
    response = await client.get("/p/moc/api/v1/sign-in-codes", headers=headers)
    assert response.status == 200, await response.text()
    return str((await response.json())["state"])


async def _enter(client: Client, token: str) -> ClientResponse:
    headers = {"Authorization": f"code {token}"}
    return await client.post("/p/moc/api/v1/session", headers=headers)


async def test_a_browser_is_let_in_once_its_number_was_picked(
    member: Phone, client: Client, program: Program, clock: FixedClock
) -> None:
    asked = await _ask(client)
    assert asked["link"].startswith("https://t.me/moc_bot?start=login_")
    assert await _state(client, asked["token"]) == "waiting"
    early = await _enter(client, asked["token"])

    who = await member.customer()
    await answer(program.id, _nonce(asked), asked["number"], who.customer_id, now=clock.now())

    assert await refusal(early) == (401, "invalid_code")
    assert await _state(client, asked["token"]) == "confirmed"
    entered = await _enter(client, asked["token"])
    browser = Phone(client, program, clock, token=(await entered.json())["token"])
    assert (await browser.gets("me"))["customer"]["id"] == str(who.customer_id)
    assert await refusal(await _enter(client, asked["token"])) == (401, "invalid_code")


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox, Linux"),
        ("Your bank: tap 47 to receive a gift", ""),
        ("<b>Bank</b> " + "é" * 500 + " Firefox", ""),
        ("", ""),
    ],
)
async def test_the_chat_is_told_which_device_asks(
    client: Client, program: Program, clock: FixedClock, agent: str, device: str
) -> None:
    asked = await _ask(client, agent)

    assert (await question(program.id, _nonce(asked), now=clock.now())).device == device


async def test_only_the_browser_that_asked_is_let_in(
    member: Phone, client: Client, program: Program, clock: FixedClock
) -> None:
    mine, other = await _ask(client), await _ask(client)
    who = (await member.customer()).customer_id
    await answer(program.id, _nonce(mine), mine["number"], who, now=clock.now())
    handed_over = f"{_nonce(mine)}.{other['token'].partition('.')[2]}"

    assert await _state(client, handed_over) == "over"
    assert await refusal(await _enter(client, handed_over)) == (401, "invalid_code")
    assert await _state(client, _nonce(mine)) == "over"


@pytest.mark.parametrize("token", ["x", "x.y", ".", "é.é", "A" * 5_000])
async def test_what_was_never_asked_looks_like_what_is_over(client: Client, token: str) -> None:
    assert await _state(client, token) == "over"
    assert await refusal(await _enter(client, token)) == (401, "invalid_code")


async def test_after_ten_minutes_it_is_over(client: Client, clock: FixedClock) -> None:
    asked = await _ask(client)
    clock.advance(timedelta(minutes=10))

    assert await _state(client, asked["token"]) == "over"


async def test_m19_asking_and_polling_have_limits(client: Client) -> None:
    for _ in range(12):
        asked = await _ask(client)
    refused = await client.post("/p/moc/api/v1/sign-in-codes")
    polls = [
        (
            await client.get(
                "/p/moc/api/v1/sign-in-codes",
                headers={"Authorization": f"code {asked['token']}", "X-Forwarded-For": f"::{n}"},
            )
        ).status
        for n in range(61)
    ]

    assert await refusal(refused) == (429, "too_many_requests")
    assert polls == [200] * 60 + [429]


async def test_polling_without_a_token_is_401(client: Client) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}):
        response = await client.get("/p/moc/api/v1/sign-in-codes", headers=headers)
        assert await refusal(response) == (401, "sign_in_required")


async def test_m17_a_strangers_page_cannot_ask(client: Client) -> None:
    response = await client.post(
        "/p/moc/api/v1/sign-in-codes", headers={"Origin": "https://evil.example"}
    )

    assert await refusal(response) == (403, "foreign_origin")


async def test_nobody_becomes_a_customer_by_asking(
    a_phone: MakePhone, client: Client, ledger: Digest
) -> None:
    await _ask(client)

    assert await ledger() == (0, 0, 0)
