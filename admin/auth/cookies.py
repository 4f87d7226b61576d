"""Cookies that only this origin sets and only this origin gets."""

from datetime import timedelta
from typing import Final

from aiohttp import web

from domain.access.sign_in import STEP_LIFETIME
from domain.access.staff_sessions import LONGEST

SESSION: Final = "__Host-admin"
HALF_IN: Final = "__Host-admin-step"
LANGUAGE: Final = "__Host-language"
THEME: Final = "__Host-theme"
_TASTE: Final = timedelta(days=365)


def keep_session(response: web.StreamResponse, token: str) -> None:
    """Give the browser the session that was just opened."""
    _keep(response, SESSION, token, LONGEST)


def keep_half_in(response: web.StreamResponse, token: str) -> None:
    """Give the browser what a code makes a session of."""
    _keep(response, HALF_IN, token, STEP_LIFETIME)


def drop_half_in(response: web.StreamResponse) -> None:
    """Take that away again."""
    _keep(response, HALF_IN, "", timedelta(0))


def drop_session(response: web.StreamResponse) -> None:
    """Take the session away from the browser."""
    _keep(response, SESSION, "", timedelta(0))


def keep_taste(response: web.StreamResponse, name: str, value: str) -> None:
    """Remember a language or a theme in this browser."""
    _keep(response, name, value, _TASTE)


def _keep(response: web.StreamResponse, name: str, value: str, age: timedelta) -> None:
    # The prefix makes browsers insist on Secure, on this host alone and on the whole path, so
    # that no neighbour of ours can plant a session.
    response.set_cookie(
        name,
        value,
        max_age=int(age.total_seconds()),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )
