from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from domain.content import pictures
from tests.admin.desk import Desk, serve
from tests.clock import FixedClock
from tests.factories import a_program


@pytest.fixture
async def desk(opened: str, aiohttp_client: AiohttpClient, clock: FixedClock) -> Desk:
    """A desk at which nobody sits yet."""
    return await serve(aiohttp_client, await a_program(), clock)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where pictures lie."""
    pictures.configure(tmp_path / "pictures")
    yield tmp_path / "pictures"
    pictures.configure(None)
