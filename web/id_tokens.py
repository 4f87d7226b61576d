"""ID tokens: what an issuer signed about a person, believed only if every mark of it fits."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from web.issuers import LoginRefused

_log = logging.getLogger(__name__)
ALGORITHMS: Final = ("RS256", "ES256", "EdDSA", "Ed25519")
# Clocks differ; a token lives for minutes.
_LEEWAY: Final = 60
_NAME_MAX: Final = 128
# No kind for shared secrets: nobody signs with a key that everybody can read.
_KINDS: Final[Mapping[str, type[RSAKey | ECKey | OKPKey]]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}


@dataclass(frozen=True, kw_only=True)
class Claims:
    """Who somebody is in the chat, as its issuer signed it."""

    id: str
    name: str
    username: str | None


class _Registry(JWSRegistry):
    """Our algorithms only; `EdDSA` is the name that issuers still write for Ed25519."""

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise JoseError(description="another algorithm")
        return self.algorithms[name]


def claims_of(
    id_token: str,
    keys: Iterable[Mapping[str, Any]],
    *,
    issuer: str,
    audience: str,
    nonce: str,
    now: datetime,
) -> Claims:
    """Verify an ID token and return what it says; raises LoginRefused for the least misfit."""
    try:
        token = jwt.decode(id_token, _known(keys), registry=_Registry())
        _check(token.claims, issuer, audience, nonce, int(now.timestamp()))
        return _read(token.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        # The reason is for the operator; whoever knocks learns only that it was refused.
        _log.warning("an ID token was refused: %s", type(error).__name__)
        raise LoginRefused from None


def _known(keys: Iterable[Mapping[str, Any]]) -> KeySet:
    known: list[Key] = [
        _KINDS[key["kty"]].import_key(dict(key))
        for key in keys
        if key.get("kty") in _KINDS and key.get("use", "sig") == "sig"
    ]
    if not known:
        raise ValueError("no key")
    return KeySet(known)


def _check(claims: Mapping[str, Any], issuer: str, audience: str, nonce: str, at: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=at,
        leeway=_LEEWAY,
        iss={"essential": True, "value": issuer},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate({name: value for name, value in claims.items() if name != "aud"})
    heard = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    # A bot's id is a number, and some write it as one.
    if [str(one) for one in heard] != [audience]:
        raise ValueError("for somebody else")


def _read(claims: Mapping[str, Any]) -> Claims:
    user = claims["id"]
    number = str(user) if isinstance(user, str | int) and not isinstance(user, bool) else ""
    if not (number.isascii() and number.isdecimal() and 0 < int(number) < 2**63):
        raise ValueError("no id")
    name, username = claims.get("name"), claims.get("preferred_username")
    return Claims(
        id=str(int(number)),
        name=name[:_NAME_MAX] if isinstance(name, str) else "",
        username=username[:_NAME_MAX] if isinstance(username, str) and username else None,
    )
