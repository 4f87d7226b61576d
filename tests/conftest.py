"""What every test may ask for: a database of its own, a Redis, a clock."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis

from app.embedded.postgres import embedded_postgres
from app.embedded.redis import embedded_redis
from domain import bots, db, secrets
from domain.ledger import audit
from domain.migrate import migrate
from tests.clock import FixedClock
from tests.scale.capture import captured
from tests.scale.lint import problems_of_captured

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
_GET_CHROMIUM = "no Chromium: `sudo apt-get install chromium` lets the browser tests run"
_numbers = count(1)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and not Path(CHROMIUM).exists():
        pytest.skip(_GET_CHROMIUM)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # A machine that has everything must not call a page tested that nobody looked at.
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI"):
        report.outcome = "failed"
    return report


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def server_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="loyalty-test-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def postgres(server_directory: Path) -> Iterator[str]:
    """The address of a server that all tests of this process share."""
    with _held(embedded_postgres(server_directory, durable=False)) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def template(postgres: str) -> Iterator[str]:
    """A database that is migrated once and only ever copied.

    When the tests are over, it judges the statements that the application ran meanwhile.
    """
    name, dsn = "template_loyalty", _named(postgres, "template_loyalty")
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(migrate(dsn))
        with captured() as statements:
            yield name
        if problems := runner.run(problems_of_captured(dsn, statements)):
            pytest.fail("\n".join(["The application ran", *problems]), pytrace=False)


@pytest.fixture
async def empty_database(postgres: str) -> AsyncIterator[str]:
    """The address of a database that has nothing in it."""
    async with copy_of("template0", postgres) as dsn:
        yield dsn


@pytest.fixture
async def database(postgres: str, template: str) -> AsyncIterator[str]:
    """The owner's address of a migrated database that this test alone uses."""
    async with copy_of(template, postgres) as dsn:
        yield dsn


@pytest.fixture
async def schema(postgres: str, template: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to the migrated schema; whatever a test does there is undone."""
    connection = await asyncpg.connect(_named(postgres, template))
    undone = connection.transaction()
    await undone.start()
    yield connection
    await undone.rollback()
    await connection.close()


@asynccontextmanager
async def copy_of(template: str, postgres: str) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    connection = await asyncpg.connect(_named(postgres, "postgres"))
    # Copying files takes 20 ms and writing them to the log 30.
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield _named(postgres, name)
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@pytest.fixture(scope="session")
def redis_server(server_directory: Path) -> Iterator[str]:
    with _held(embedded_redis(server_directory)) as url:
        yield url


@pytest.fixture
async def redis_url(redis_server: str) -> str:
    """The address of a Redis in which there is nothing yet."""
    async with Redis.from_url(redis_server) as client:
        await client.flushall()
    return redis_server


@contextmanager
def _held(server: AbstractAsyncContextManager[str]) -> Iterator[str]:
    """Keep a server for longer than any test's event loop lives."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        address = runner.run(server.__aenter__())
        try:
            yield address
        finally:
            runner.run(server.__aexit__(None, None, None))


def _named(dsn: str, database: str) -> str:
    return urlsplit(dsn)._replace(path=f"/{database}").geturl()


@pytest.fixture
async def opened(database: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The pool, open as the application's role on a database of this test's own.

    Whatever the test did, the ledger that it leaves behind is sound, unless it planted a fault.
    """
    secrets.configure("a secret that only tests know")
    bots.configure(None, None)
    async with db.opened(database):
        yield database
        if not request.node.get_closest_marker("planted"):
            assert await audit.run() == []
