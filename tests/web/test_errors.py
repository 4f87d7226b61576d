import logging

import asyncpg
import pytest
from aiohttp import web

from domain.errors import InvalidInput, NotFound, Refusal
from tests.web.conftest import Serve, fine
from web.errors import Handler


class TooFewPoints(Refusal):
    """You need %(needed)s points and have %(balance)s."""

    code = "too_few_points"


SECRET = "7000000001:AAF-token"


def _raises(error: Exception) -> Handler:
    async def view(_request: web.Request) -> web.Response:
        raise error

    return view


async def test_a_refusal_tells_its_code_its_sentence_and_its_facts(serve: Serve) -> None:
    client = await serve({"/x": _raises(TooFewPoints(needed=1200, balance=-50))})

    response = await client.get("/x", headers={"Accept-Language": "en"})

    assert response.status == 409
    assert await response.json() == {
        "error": {
            "code": "too_few_points",
            "message": "You need 1,200 points and have −50.",
            "needed": 1200,
            "balance": -50,
        }
    }


@pytest.mark.parametrize(
    ("wish", "spoken"), [("en-GB,en;q=0.9", "en"), ("vi", "vi"), ("fr", "vi"), ("", "vi")]
)
async def test_a_stranger_is_answered_in_the_browsers_language(
    serve: Serve, wish: str, spoken: str
) -> None:
    client = await serve({"/x": _raises(NotFound())})

    response = await client.get("/x", headers={"Accept-Language": wish})

    assert response.headers["Content-Language"] == spoken


async def test_a_fault_tells_nothing_but_a_number_that_the_log_knows(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = await serve({"/x": _raises(RuntimeError(f"select {SECRET} from movement"))})

    with caplog.at_level(logging.ERROR):
        response = await client.get("/x", headers={"Authorization": f"Bearer {SECRET}"})

    text, error = await response.text(), (await response.json())["error"]
    assert response.status == 500
    assert not any(word in text for word in (SECRET, "select", "Traceback", "RuntimeError"))
    assert error["code"] == "internal"
    assert error["request_id"] == response.headers["X-Request-Id"]
    assert error["request_id"] in caplog.text


@pytest.mark.parametrize(
    ("_case", "error", "expected"),
    [
        ("locked", asyncpg.LockNotAvailableError("x"), (409, "in_progress", "1")),
        ("deadlock", asyncpg.DeadlockDetectedError("x"), (409, "in_progress", "1")),
        ("shutting down", asyncpg.AdminShutdownError("x"), (503, "unavailable", "2")),
        ("too slow", asyncpg.QueryCanceledError("x"), (503, "unavailable", "2")),
        ("full", asyncpg.TooManyConnectionsError("x"), (503, "unavailable", "2")),
        ("gone", ConnectionRefusedError("x"), (503, "unavailable", "2")),
    ],
)
async def test_a_busy_or_absent_database_is_no_crash(
    serve: Serve, _case: str, error: Exception, expected: tuple[int, str, str]
) -> None:
    client = await serve({"/x": _raises(error)})

    response = await client.get("/x")

    code = (await response.json())["error"]["code"]
    assert (response.status, code, response.headers["Retry-After"]) == expected


async def test_what_is_wrong_with_an_input_is_named(serve: Serve) -> None:
    client = await serve({"/x": _raises(InvalidInput("limit must be 1 to 100"))})

    error = (await (await client.get("/x", headers={"Accept-Language": "en"})).json())["error"]

    assert error["message"] == "The request is not valid: limit must be 1 to 100."
    assert error["problem"] == "limit must be 1 to 100"


async def test_a_person_in_a_browser_reads_a_sentence(serve: Serve) -> None:
    client = await serve({"/p/moc/api/v1/x": fine})
    tab = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}

    page = await client.get("/nothing", headers=tab)
    api = await client.get("/p/moc/api/v1/nothing", headers=tab)

    assert (page.status, page.content_type) == (404, "text/plain")
    assert await page.text() == "There is nothing here under that address."
    assert (api.status, api.content_type) == (404, "application/json")
