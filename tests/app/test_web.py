from datetime import timedelta

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from app.settings import Settings
from app.web import make_app
from bot.telegram.webhook import SECRET_HEADER
from tests.clock import FixedClock
from tests.factories import a_bot, a_program
from tests.miniapp.signing import init_data
from web.bots import forget_bots

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


async def test_a_program_and_its_bot_made_later_need_no_restart(
    client: Client, clock: FixedClock
) -> None:
    assert (await client.post("/p/latte/telegram", json={"update_id": 1})).status == 401
    bot = await a_bot(await a_program(slug="latte"))
    # As after two seconds.
    forget_bots(client.app or {})

    launch = init_data(bot.token, at=int(clock.now().timestamp()))
    signed_in = await client.post(
        "/p/latte/api/v1/session", headers={"Authorization": f"tma {launch}"}
    )
    delivered = await client.post(
        "/p/latte/telegram",
        json={"update_id": 1},
        headers={SECRET_HEADER: bot.webhook_secret or ""},
    )

    assert (signed_in.status, delivered.status) == (200, 200)


async def test_the_probes_tell_a_living_process_and_a_ready_one(client: Client) -> None:
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 200


async def test_metrics_name_routes_and_never_paths(client: Client) -> None:
    await client.get("/p/mocha/api/v1/program")

    text = await (await client.get("/metrics")).text()

    assert "/p/{program}/api/v1/program" in text
    assert "mocha" not in text


async def test_metrics_say_how_far_behind_we_are(client: Client, opened: str) -> None:
    connection = await asyncpg.connect(opened)
    await connection.execute(
        "insert into received_update (program_id, channel, update_id, conversation, payload,"
        " received_at, due_at) select id, 'telegram', 1, '1', '', $1, $1 from program",
        FixedClock().now() - timedelta(seconds=90),
    )
    await connection.close()

    text = await (await client.get("/metrics")).text()

    assert "loyalty_inbox_age 90.0" in text
    assert "loyalty_inbox_waiting 1.0" in text
    assert "loyalty_settle_lag 0.0" in text
    assert "loyalty_database_up 1.0" in text


async def test_metrics_count_postings_and_refusals(client: Client) -> None:
    before = _value(await (await client.get("/metrics")).text(), 'reason="sign_in_required"')

    assert (await client.get("/p/mocha/api/v1/me")).status == 401

    after = await (await client.get("/metrics")).text()
    assert _value(after, 'reason="sign_in_required"') == before + 1
    assert "loyalty_pool_wait_seconds_count" in after


def _value(metrics: str, label: str) -> float:
    lines = [line for line in metrics.splitlines() if label in line and "_total" in line]
    return float(lines[0].rsplit(" ", 1)[1]) if lines else 0


async def test_the_front_door_leads_to_the_staff(client: Client) -> None:
    answer = await client.get("/", allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, "/admin")
