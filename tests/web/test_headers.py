import pytest

from tests.web.conftest import Serve, fine

OURS = "https://loyalty.example"
ZALO = ["https://h5.zdn.vn", "zbrowser://h5.zdn.vn"]
STRANGERS = [
    "https://evil.example",
    "http://loyalty.example",
    "https://loyalty.example.evil.example",
    "https://loyalty.example:8443",
    "https://h5.zdn.vn.evil.example",
    "http://h5.zdn.vn",
    "https://web.telegram.org",
    "null",
    "",
]
API = "/p/moc/api/v1/me"


@pytest.mark.parametrize("origin", STRANGERS)
async def test_m17_a_strangers_page_is_neither_answered_nor_obeyed(
    serve: Serve, origin: str
) -> None:
    client = await serve({API: fine})
    headers = {"Origin": origin, "Cookie": "session=genuine"}

    read = await client.get(API, headers=headers)
    written = [
        await client.request(method, API, headers=headers)
        for method in ("POST", "PUT", "PATCH", "DELETE")
    ]
    asked = await client.options(API, headers=headers | {"Access-Control-Request-Method": "POST"})

    assert "Access-Control-Allow-Origin" not in read.headers
    assert "Access-Control-Allow-Origin" not in asked.headers
    assert [answer.status for answer in written] == [403] * 4
    assert (await written[0].json())["error"]["code"] == "foreign_origin"
    assert all("Access-Control-Allow-Origin" not in answer.headers for answer in written)


@pytest.mark.parametrize("origin", ZALO)
async def test_zalos_shell_may_call_the_mini_app(serve: Serve, origin: str) -> None:
    client = await serve({API: fine})

    asked = await client.options(
        API, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
    )
    written = await client.post(API, headers={"Origin": origin})

    assert asked.status == 204
    assert asked.headers["Access-Control-Allow-Origin"] == origin
    assert asked.headers["Access-Control-Allow-Headers"] == (
        "Authorization, Content-Type, Idempotency-Key"
    )
    assert written.status == 200
    assert written.headers["Access-Control-Allow-Origin"] == origin
    assert written.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in written.headers


@pytest.mark.parametrize("origin", ZALO)
async def test_zalos_shell_may_not_call_anything_else(serve: Serve, origin: str) -> None:
    client = await serve({"/admin/api/v1/x": fine})

    response = await client.post("/admin/api/v1/x", headers={"Origin": origin})

    assert response.status == 403
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_our_own_pages_may_write(serve: Serve) -> None:
    client = await serve({API: fine})
    here = f"http://{client.host}:{client.port}"

    for origin in (OURS, here):
        response = await client.post(API, headers={"Origin": origin})
        assert response.status == 200
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_every_answer_is_careful(serve: Serve) -> None:
    client = await serve({API: fine})

    for path in (API, "/nothing", "/static/x"):
        headers = (await client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Strict-Transport-Security"]
        assert headers["X-Request-Id"]
        assert "Server" not in headers
