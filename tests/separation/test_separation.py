"""One deployment, two programs: whatever one has opens nothing of the other's.

The routes are those that the application has, so what is added later is walked as well.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from app.settings import Settings
from app.web import make_app
from domain.content import pictures
from tests.clock import FixedClock
from tests.miniapp.signing import init_data
from tests.separation.houses import House, a_house, everything
from tests.separation.routes import BODIES, DOORS, NOBODYS, OPEN, Route, routes_of
from web.limits import quick_redis

Client = TestClient[web.Request, web.Application]
Headers = dict[str, str]
NOT_FOR_YOU = {401, 403, 404}


@pytest.fixture
async def ours(opened: str, clock: FixedClock, tmp_path: Path) -> AsyncIterator[House]:
    """The program that must not notice anything."""
    pictures.configure(tmp_path / "pictures")
    token = "7000000001:AAF-made-up-token-for-tests_0123456789ab"
    yield await a_house("sen", token, "Hoàng Yến", "red", now=clock.now())
    pictures.configure(None)


@pytest.fixture
async def theirs(ours: House, clock: FixedClock) -> House:
    """The program next door, of which everything is known."""
    token = "7000000002:AAF-another-made-up-token-for-tests_0123"
    return await a_house("moc", token, "Bảo Trân", "blue", now=clock.now())


@pytest.fixture
async def app(theirs: House, clock: FixedClock, redis_url: str) -> AsyncIterator[web.Application]:
    settings = Settings(sign_ins_per_minute=10_000)
    async with quick_redis(redis_url) as redis:
        yield await make_app(settings, clock=clock, redis=redis)


@pytest.fixture
async def client(app: web.Application, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(app)


def _launch(house: House, clock: FixedClock) -> str:
    user = '{"id":42,"first_name":"An","language_code":"vi"}'
    return init_data(house.bot.token, at=int(clock.now().timestamp()), user=user)


def _keys(house: House, clock: FixedClock) -> dict[str, Headers]:
    """Return all that could open a door, by what it is."""
    return {
        "session": {"Authorization": f"Bearer {house.session}"},
        "launch": {"Authorization": f"tma {_launch(house, clock)}"},
        "link": {"Authorization": f"link {house.customer_link}"},
        "admin token": {"Authorization": f"Bearer {house.admin_token}"},
        "desk": {"Cookie": f"__Host-admin={house.desk}"},
        "bot": {"X-Telegram-Bot-Api-Secret-Token": house.bot.webhook_secret or ""},
    }


async def _asks(client: Client, route: Route, address: str, headers: Headers) -> ClientResponse:
    body: dict[str, Any] = {}
    if route.is_write and route.address.startswith("/p/"):
        is_update = route.address.endswith("/telegram")
        body = {"json": {"update_id": 5, "message": {}} if is_update else {}}
        headers = headers | {"Idempotency-Key": "from-next-door"}
    elif route.is_write:
        body = {"data": BODIES.get(str(route), {})}
    return await client.request(
        route.method, address, headers=headers, allow_redirects=False, **body
    )


async def _complaint(
    route: Route, answer: ClientResponse, house: House, allowed: set[int], why: str
) -> list[str]:
    # A picture is no text; whoever asks for an id may read it again.
    text = (await answer.read()).decode(errors="replace")
    shown = [mark for mark in house.marks if mark in text and mark not in str(answer.url)]
    if answer.status in allowed and not shown:
        return []
    return [f"{route} with {why}: {answer.status} {shown} {text[:120]!r}"]


async def test_every_route_belongs_to_a_program_to_the_staff_or_to_nobody(
    app: web.Application,
) -> None:
    homeless = [
        str(route)
        for route in routes_of(app)
        if not route.address.startswith(("/p/{program}/", "/admin"))
        and route.address not in NOBODYS
    ]
    known = {str(route) for route in routes_of(app)}

    assert homeless == []
    assert OPEN - known == set()


async def test_nothing_of_theirs_opens_an_address_of_ours(
    client: Client, app: web.Application, ours: House, theirs: House, clock: FixedClock
) -> None:
    before, complaints = await everything(), []
    for route in routes_of(app):
        if not route.address.startswith("/p/"):
            continue
        address = route.filled(ours.values())
        stranger = {(await _asks(client, route, address, {})).status}
        for what, key in _keys(theirs, clock).items():
            # Without a word of authorization one gets what anybody gets: a page that asks for it.
            is_open = str(route) in OPEN or "Authorization" not in key
            allowed = NOT_FOR_YOU | stranger if is_open else NOT_FOR_YOU
            answer = await _asks(client, route, address, key)
            complaints += await _complaint(route, answer, ours, allowed, what)

    assert complaints == [], "\n".join(complaints)
    assert await everything() == before


async def test_ids_of_ours_mean_nothing_at_their_addresses(
    client: Client, app: web.Application, ours: House, theirs: House, clock: FixedClock
) -> None:
    before, complaints = await everything(), []
    for route in routes_of(app):
        if route.address.startswith("/p/") and route.names_a_thing():
            address = route.filled(ours.values() | {"p": theirs.slug})
            answer = await _asks(client, route, address, _keys(theirs, clock)["session"])
            complaints += await _complaint(route, answer, ours, {404}, "ids of ours")

    assert complaints == [], "\n".join(complaints)
    assert await everything() == before


async def test_ids_of_ours_mean_nothing_to_their_staff(
    client: Client, app: web.Application, ours: House, theirs: House
) -> None:
    before, complaints = await everything(), []
    for route in routes_of(app):
        if not route.address.startswith("/admin/") or route.address.startswith(DOORS):
            continue
        if not route.names_a_thing():
            continue
        for key in _of_staff(theirs, csrf=theirs.csrf):
            answer = await _asks(client, route, route.filled(ours.values()), key)
            complaints += await _complaint(route, answer, ours, NOT_FOR_YOU, "ids of ours")

    assert complaints == [], "\n".join(complaints)
    assert await everything() == before


async def test_their_staff_see_nothing_of_ours_by_naming_our_program_or_customer(
    client: Client, app: web.Application, ours: House, theirs: House
) -> None:
    """JSON answers 404; a page may show what is theirs."""
    asked = {
        "program": {"program": ours.slug},
        "customer": {"customer": str(ours.customer.customer_id)},
        "staff": {"staff": str(ours.owner.id), "actor": f"staff:{ours.owner.id}"},
    }
    complaints = []
    for route in routes_of(app):
        if not route.address.startswith("/admin") or route.is_write or route.names_a_thing():
            continue
        for what, query in asked.items():
            address = f"{route.address}?{'&'.join(f'{n}={v}' for n, v in query.items())}"
            for key in _of_staff(theirs):
                answer = await _asks(client, route, address, key)
                text = (await answer.text()).replace(query.get("customer", "-"), "")
                shown = [mark for mark in ours.marks if mark in text and mark not in query.values()]
                if shown or answer.status >= 500:
                    complaints.append(f"{route} by {what}: {answer.status} {shown}")

    assert complaints == [], "\n".join(complaints)


@pytest.mark.parametrize("report", ["customer-loyalty", "movements", "referrals"])
async def test_a_report_of_another_program_is_not_found(
    client: Client, ours: House, theirs: House, report: str
) -> None:
    span = "from=2026-03-01&to=2026-03-03"
    for key in _of_staff(theirs):
        answer = await client.get(
            f"/admin/api/v1/reports/{report}?program={ours.slug}&{span}", headers=key
        )
        assert answer.status == 404


async def test_a_form_of_our_desk_is_not_taken_from_theirs(
    client: Client, app: web.Application, ours: House, theirs: House
) -> None:
    before, complaints = await everything(), []
    for route in routes_of(app):
        if not route.address.startswith("/admin/") or not route.is_write:
            continue
        if route.address.startswith(DOORS):
            continue
        key, _ = _of_staff(theirs, csrf=ours.csrf)
        answer = await _asks(client, route, route.filled(theirs.values()), key)
        complaints += await _complaint(route, answer, ours, NOT_FOR_YOU, "our form's secret")

    assert complaints == [], "\n".join(complaints)
    assert await everything() == before


async def test_a_launch_of_our_bot_is_believed_by_us_alone(
    client: Client, ours: House, theirs: House, clock: FixedClock
) -> None:
    key = _keys(ours, clock)["launch"]
    elsewhere = await client.post(f"/p/{theirs.slug}/api/v1/session", headers=key, json={})
    here = await client.post(f"/p/{ours.slug}/api/v1/session", headers=key, json={})

    assert (elsewhere.status, here.status) == (401, 200)
    assert (await elsewhere.json())["error"]["code"] == "invalid_init_data"


async def test_a_sign_in_link_of_ours_is_no_link_elsewhere_and_still_good_here(
    client: Client, ours: House, theirs: House, clock: FixedClock
) -> None:
    key = _keys(ours, clock)["link"]
    elsewhere = await client.post(f"/p/{theirs.slug}/api/v1/session", headers=key, json={})
    here = await client.post(f"/p/{ours.slug}/api/v1/session", headers=key, json={})

    assert (elsewhere.status, here.status) == (401, 200)
    assert (await elsewhere.json())["error"]["code"] == "invalid_link"


async def test_a_customers_link_opens_no_desk_and_a_desks_link_no_card(
    client: Client, ours: House
) -> None:
    desk = await client.post(
        "/admin/sign-in/link", data={"token": ours.customer_link}, allow_redirects=False
    )
    card = await client.post(
        f"/p/{ours.slug}/api/v1/session",
        headers={"Authorization": f"link {ours.staff_link}"},
        json={},
    )

    assert (desk.status, card.status) == (401, 401)
    assert "__Host-admin" not in desk.cookies


async def test_the_walk_would_notice_an_open_door(
    app: web.Application, aiohttp_client: AiohttpClient, ours: House, theirs: House
) -> None:
    """A route that answers whoever asks, and one whose parameter nobody knows, are found."""
    mine = web.Application()

    async def careless(_request: web.Request) -> web.Response:
        return web.Response(text=f"{ours.customer.name}")

    mine.router.add_get("/p/{program}/api/v1/secrets", careless)
    mine.router.add_get("/p/{program}/api/v1/vaults/{id}", careless)
    mine.router.add_get("/p/{program}/api/v1/news/{id}/{drawer}", careless)
    client = await aiohttp_client(mine)
    drawers, secrets, vaults = routes_of(mine)
    answer = await _asks(client, secrets, secrets.filled(ours.values()), {})

    assert await _complaint(secrets, answer, ours, NOT_FOR_YOU, "nothing") != []
    for unknown, name in ((vaults, "vaults"), (drawers, "drawer")):
        with pytest.raises(AssertionError, match=name):
            unknown.filled(ours.values())


def _of_staff(house: House, *, csrf: str = "") -> tuple[Headers, Headers]:
    """Return a person's and a script's keys, the former with a form's secret."""
    return (
        {"Cookie": f"__Host-admin={house.desk}", "X-CSRF-Token": csrf},
        {"Authorization": f"Bearer {house.admin_token}"},
    )
