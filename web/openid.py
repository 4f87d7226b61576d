"""Signing in with Telegram by OpenID Connect: to the issuer and back, with nothing taken on trust."""

import hmac
import secrets as chance
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from aiohttp import hdrs, web
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.secrets import BrokenSeal, seal, unseal
from web.id_tokens import claims_of
from web.issuers import Grant, LoginRefused, discover, keys_of, redeem
from web.keys import CLOCK
from web.limits import count_sign_in

__all__ = ["Login", "LoginRefused", "Provider", "begin", "drop", "finish", "purpose_of"]

COOKIE: Final = "__Host-login"
PATIENCE: Final = timedelta(minutes=10)
_SCOPES: Final = "openid profile"
_SEAL: Final = "login"
_NEXT_MAX: Final = 1000


class LoginStale(LoginRefused):
    """This sign-in took too long, or was begun in another window. Please begin again."""

    code = "login_stale"


class LoginDeclined(LoginRefused):
    """You did not allow the sign-in in Telegram."""

    code = "login_declined"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An issuer, and who we are to it: for Telegram the bot's id and its login secret."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Login:
    """Whom the issuer vouches for, and where they wanted to go when they began."""

    user_id: str
    name: str
    username: str | None
    next: str


class _Begun(BaseModel):
    """What the browser keeps, sealed, between the way there and the way back."""

    model_config = ConfigDict(frozen=True)

    purpose: str
    state: str
    nonce: str
    verifier: str
    next: str
    until: datetime


async def begin(
    request: web.Request,
    provider: Provider,
    *,
    purpose: str,
    redirect_uri: str,
    next: str = "",  # noqa: A002 - the word that every address of ours uses
) -> web.Response:
    """Lead the browser to the issuer; the purpose says what the way back is good for.

    Counts as a sign-in of the caller's address. Raises LoginRefused, TooManyRequests.
    """
    await count_sign_in(request)
    places = await discover(provider.issuer)
    begun = _Begun(
        purpose=purpose,
        state=chance.token_urlsafe(32),
        nonce=chance.token_urlsafe(32),
        verifier=chance.token_urlsafe(48),
        next=next if len(next) <= _NEXT_MAX else "",
        until=request.config_dict[CLOCK].now() + PATIENCE,
    )
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": _SCOPES,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": _challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    glue = "&" if "?" in places.authorization else "?"
    address = f"{places.authorization}{glue}{urlencode(asked)}"
    response = web.Response(status=303, headers={hdrs.LOCATION: address})
    _keep(response, seal(_SEAL, begun.model_dump_json()).decode(), PATIENCE)
    return response


async def finish(
    request: web.Request, provider: Provider, *, purpose: str, redirect_uri: str, now: datetime
) -> Login:
    """Return whom the issuer vouches for, once the browser is back; `drop` the cookie then.

    Raises LoginRefused, in a sentence, for everything that does not fit to what was begun.
    """
    begun = _begun(request, purpose, now)
    query = request.query
    if query.get("error") == "access_denied":
        raise LoginDeclined
    if not query.get("code") or query.get("iss", provider.issuer) != provider.issuer:
        raise LoginRefused
    places = await discover(provider.issuer)
    grant = Grant(code=query["code"], verifier=begun.verifier, redirect_uri=redirect_uri)
    id_token = await redeem(places, grant, provider.client_id, provider.client_secret)
    claims = claims_of(
        id_token,
        await keys_of(places),
        issuer=provider.issuer,
        audience=provider.client_id,
        nonce=begun.nonce,
        now=now,
    )
    return Login(user_id=claims.id, name=claims.name, username=claims.username, next=begun.next)


def purpose_of(request: web.Request) -> str | None:
    """Return what this browser began a sign-in for, if it did."""
    begun = _kept(request)
    return begun.purpose if begun else None


def drop(response: web.StreamResponse) -> None:
    """Forget what was begun: a way back is gone once."""
    _keep(response, "", timedelta(0))


def _begun(request: web.Request, purpose: str, now: datetime) -> _Begun:
    """Return what this very browser began; a stranger's way back has another state."""
    begun = _kept(request)
    state = request.query.get("state", "").encode("utf-8", "replace")
    if begun is None or not hmac.compare_digest(state, begun.state.encode()):
        raise LoginStale
    if begun.purpose != purpose or now >= begun.until:
        raise LoginStale
    return begun


def _kept(request: web.Request) -> _Begun | None:
    try:
        kept = unseal(_SEAL, request.cookies.get(COOKIE, "").encode("utf-8", "replace"))
        return _Begun.model_validate_json(kept)
    except (BrokenSeal, ValidationError):
        return None


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _keep(response: web.StreamResponse, value: str, age: timedelta) -> None:
    seconds = int(age.total_seconds())
    # Lax: the way back is a navigation that another site begins.
    response.set_cookie(
        COOKIE, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax"
    )
