"""What we ask an OpenID issuer: where things are, what a code is worth, with which keys it signs."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth, hdrs

from domain.errors import Refusal

_log = logging.getLogger(__name__)
_PATIENCE: Final = ClientTimeout(total=8, connect=4)
_ANSWER_MAX: Final = 256 * 1024
_FAULTY: Final = 500


class LoginRefused(Refusal):
    """Telegram did not confirm who you are. Please try again."""

    code = "login_refused"


class LoginUnreachable(LoginRefused):
    """Signing in with Telegram does not work at the moment. Try again later, or another way."""

    code = "login_unreachable"


class LoginSecretRefused(LoginRefused):
    """Telegram does not accept this program's login secret. An owner can enter it again."""

    code = "login_secret_refused"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where an issuer answers, as it says itself."""

    authorization: str
    token: str
    keys: str
    # Whether the client's secret belongs in the form, where the issuer takes no other way.
    secret_in_form: bool = False


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a browser brought back, and what proves that we are who sent it."""

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


async def discover(issuer: str) -> Places:
    """Ask an issuer where its parts are; raises LoginUnreachable."""
    said = await _get(f"{issuer}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    places = [said.get(name) for name in names]
    scheme = urlsplit(issuer).scheme
    safe = all(isinstance(p, str) and urlsplit(p).scheme in {"https", scheme} for p in places)
    if said.get("issuer") != issuer or not safe:
        raise _unreachable("its configuration is of another issuer, or has holes")
    ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Places(
        authorization=str(places[0]),
        token=str(places[1]),
        keys=str(places[2]),
        secret_in_form=isinstance(ways, list) and "client_secret_basic" not in ways,
    )


async def redeem(places: Places, grant: Grant, client_id: str, client_secret: str) -> str:
    """Change a code for an ID token.

    Raises LoginUnreachable, LoginSecretRefused, or LoginRefused for a code that is worth nothing.
    """
    form = {
        "grant_type": "authorization_code",
        "code": grant.code,
        "redirect_uri": grant.redirect_uri,
        "client_id": client_id,
        "code_verifier": grant.verifier,
    }
    headers = {}
    if places.secret_in_form:
        form["client_secret"] = client_secret
    else:
        named = encode_basic_auth(quote_plus(client_id), quote_plus(client_secret))
        headers[hdrs.AUTHORIZATION] = named
    status, said = await _asked("POST", places.token, data=form, headers=headers)
    if status == 401 or said.get("error") == "invalid_client":  # noqa: PLR2004
        _log.warning("the OpenID issuer does not accept the login secret of client %s", client_id)
        raise LoginSecretRefused
    token = said.get("id_token")
    if status != 200 or not isinstance(token, str):  # noqa: PLR2004
        raise LoginRefused
    return token


async def keys_of(places: Places) -> list[Mapping[str, Any]]:
    """Return the public keys with which an issuer signs; raises LoginUnreachable."""
    keys = (await _get(places.keys)).get("keys")
    if not isinstance(keys, list):
        raise _unreachable("it shows no keys")
    return [key for key in keys if isinstance(key, dict)]


async def _get(address: str) -> dict[str, Any]:
    status, said = await _asked("GET", address)
    if status != 200:  # noqa: PLR2004
        raise _unreachable(f"it answered {status}")
    return said


async def _asked(method: str, address: str, **how: Any) -> tuple[int, dict[str, Any]]:
    try:
        async with (
            ClientSession(timeout=_PATIENCE) as session,
            session.request(method, address, allow_redirects=False, **how) as answer,
        ):
            content = await answer.content.read(_ANSWER_MAX + 1)
            while len(content) <= _ANSWER_MAX and (more := await answer.content.read(_ANSWER_MAX)):
                content += more
            status = answer.status
    except (ClientError, TimeoutError, OSError, ValueError) as error:
        raise _unreachable(type(error).__name__) from None
    if status >= _FAULTY or len(content) > _ANSWER_MAX:
        raise _unreachable(f"it answered {status}, {len(content)} bytes")
    return status, _object(content)


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreachable("its answer is no JSON") from None
    if not isinstance(said, dict):
        raise _unreachable("its answer is no object")
    return said


def _unreachable(why: str) -> LoginUnreachable:
    # Neither codes nor secrets: only how it failed.
    _log.warning("the OpenID issuer cannot be used: %s", why)
    return LoginUnreachable()
