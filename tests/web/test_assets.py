"""Static files are kept for ever under a name that changes with them."""

import gzip
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from web.assets import add_routes, asset_text, asset_url

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(aiohttp_client: AiohttpClient) -> Client:
    app = web.Application()
    add_routes(app)
    return await aiohttp_client(app)


def test_an_address_carries_the_hash_of_its_file() -> None:
    assert re.fullmatch(r"/static/app\.[0-9a-f]{10}\.mjs", asset_url("app.mjs"))


def test_a_module_imports_its_neighbours_by_their_hashed_names() -> None:
    imported = re.findall(r'from "\./([^"]+)"', asset_text("app.mjs"))

    assert imported
    assert all(f"/static/{name}" in known_addresses() for name in imported)


def known_addresses() -> set[str]:
    return {asset_url(name) for name in ("bridge.mjs", "deeds.mjs", "feedback.mjs", "session.mjs")}


async def test_a_file_may_be_kept_for_ever(client: Client) -> None:
    response = await client.get(asset_url("htmx.js"))

    assert response.status == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


async def test_a_file_is_sent_packed_to_who_can_unpack_it(client: Client) -> None:
    address = asset_url("htmx.js")

    packed = await client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert await packed.read() == await plain.read()
    assert int(packed.headers["Content-Length"]) == len(gzip.compress(await plain.read(), mtime=0))


async def test_fonts_are_not_packed_twice(client: Client) -> None:
    response = await client.get(asset_url("digits.woff2"), headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Type"] == "font/woff2"


async def test_a_name_of_the_last_release_gets_the_new_file_for_once(client: Client) -> None:
    response = await client.get("/static/app.0123456789.mjs")

    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        "/static/",
        "/static/nothing.0123456789.mjs",
        "/static/app.mjs.map",
        "/static/..%2f..%2fpyproject.toml",
        "/static/%2e%2e/web/assets.py",
        "/static/a",
    ],
)
async def test_nothing_else_is_served(client: Client, address: str) -> None:
    response = await client.get(address)

    assert response.status == 404
