"""Statements as the application runs them while the tests run, Tortoise's included."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import asyncpg
import pytest

from domain.db import APP_ROLE

_ROOMS = {"app", "bot", "miniapp", "admin", "web", "domain"}
# Through these two goes every statement: with parameters, prepared, streamed, or bare.
_DOORS = ("_get_statement", "execute")


@contextmanager
def captured() -> Iterator[set[str]]:
    """Collect what the application's sessions are asked by the application itself.

    A query logger would be told after the fact, when nobody can say any more who asked;
    here the caller is still on the stack, and what a test asks by itself is left out.
    """
    seen: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for door in _DOORS:
            patch.setattr(asyncpg.Connection, door, _noting(door, seen))
        yield seen


def _noting(door: str, seen: set[str]) -> Callable[..., Any]:
    inner = getattr(asyncpg.Connection, door)

    def noting(connection: Any, query: str, *args: Any, **options: Any) -> Any:
        settings = connection._params.server_settings or {}
        if settings.get("role") == APP_ROLE and query not in seen and _asked_by_us():
            seen.add(query)
        return inner(connection, query, *args, **options)

    return noting


def _asked_by_us() -> bool:
    frame: FrameType | None = sys._getframe(2)
    while frame:
        module = frame.f_globals.get("__name__", "")
        room = module.partition(".")[0]
        if room in _ROOMS or (room == "tests" and module != __name__):
            return bool(room != "tests")
        frame = frame.f_back
    return False
