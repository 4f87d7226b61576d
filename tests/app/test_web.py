import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from app.settings import Settings
from app.web import make_app
from tests.clock import FixedClock
from tests.factories import a_program

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(opened: str, clock: FixedClock, aiohttp_client: AiohttpClient) -> Client:
    await a_program(slug="mocha")
    settings = Settings(telegram_mode="webhook", telegram_webhook_secret="s3cret")
    return await aiohttp_client(await make_app(settings, clock=clock, redis=None))


async def test_every_surface_is_mounted(client: Client) -> None:
    assert (await client.get("/p/mocha/api/v1/program")).status == 200
    assert (await client.get("/p/mocha/app")).status == 200
    assert (await client.get("/admin/sign-in")).status == 200
    assert (await client.post("/p/mocha/telegram", json={"update_id": 1})).status == 401


async def test_the_probes_tell_a_living_process_and_a_ready_one(client: Client) -> None:
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 200


async def test_metrics_name_routes_and_never_paths(client: Client) -> None:
    await client.get("/p/mocha/api/v1/program")

    text = await (await client.get("/metrics")).text()

    assert "/p/{program}/api/v1/program" in text
    assert "mocha" not in text


async def test_the_front_door_leads_to_the_staff(client: Client) -> None:
    answer = await client.get("/", allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, "/admin")
