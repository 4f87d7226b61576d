import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture
def short_temporary_directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somewhere for the sockets of data that lies too deep, gone after the test."""
    with tempfile.TemporaryDirectory(prefix="l-") as directory:
        monkeypatch.setattr(tempfile, "tempdir", directory)
        yield
