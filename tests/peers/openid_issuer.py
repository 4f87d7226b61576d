"""An OpenID issuer on loopback: it signs real tokens, checks what it is sent, and errs as told."""

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal
from urllib.parse import unquote_plus

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from tests.clock import FixedClock
from web.id_tokens import _Registry

CLIENT: Final = "7000000001"
SECRET: Final = "a login secret that BotFather gave"
# What may go wrong, by the name that a test gives it.
Fault = Literal[
    "bad nonce",
    "no nonce",
    "wrong audience",
    "two audiences",
    "wrong issuer",
    "expired",
    "issued in the future",
    "wrong key",
    "unsigned",
    "shared secret",
    "no id",
    "id as a word",
    "no token",
    "no keys",
    "not json",
    "huge",
    "configuration 500",
    "token 500",
    "keys 500",
    "another issuer's configuration",
    "declined",
]
Algorithm = Literal["RS256", "ES256", "EdDSA", "Ed25519"]


@dataclass
class Issuer:
    """The peer. `person` is who sits before Telegram; `fault` is how the next sign-in fails."""

    clock: FixedClock
    url: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {
            "id": 700_000_001,
            "name": "Lan Anh",
            "preferred_username": "lananh",
        }
    )
    fault: Fault | None = None
    algorithm: Algorithm = "RS256"
    secret_in_form: bool = False
    # What each address was asked, in order: method and path.
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _keys: dict[str, Key] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock.now()

    async def configuration(self, _request: web.Request) -> web.Response:
        self.asked.append("configuration")
        if self.fault == "configuration 500":
            return web.Response(status=500, text="<h1>Bad gateway</h1>")
        if self.fault == "not json":
            return web.Response(text="<!doctype html>")
        if self.fault == "huge":
            return web.Response(text=" " * 400_000)
        way = "client_secret_post" if self.secret_in_form else "client_secret_basic"
        named = "https://evil.example" if self.fault == "another issuer's configuration" else None
        return web.json_response(
            {
                "issuer": named or self.url,
                "authorization_endpoint": f"{self.url}/auth",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/.well-known/jwks.json",
                "response_types_supported": ["code"],
                "token_endpoint_auth_methods_supported": [way],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def authorize(self, request: web.Request) -> web.Response:
        """Let the person in at once, as Telegram does for who is signed in there."""
        self.asked.append("auth")
        asked = dict(request.query)
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 20
        assert len(asked["nonce"]) >= 20
        code = f"code-{len(self._codes) + 1}"
        self._codes[code] = asked
        answer = {"code": code}
        if self.fault == "declined":
            answer = {"error": "access_denied"}
        back = web.Response(status=302)
        query = "&".join(f"{name}={value}" for name, value in answer.items())
        back.headers["Location"] = f"{asked['redirect_uri']}?{query}&state={asked['state']}"
        return back

    async def token(self, request: web.Request) -> web.Response:
        self.asked.append("token")
        form = {name: str(value) for name, value in (await request.post()).items()}
        if self.fault == "token 500":
            return web.Response(status=500)
        if not self._knows(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or not _fits(asked, form):
            return web.json_response({"error": "invalid_grant"}, status=400)
        if self.fault == "no token":
            return web.json_response({"access_token": "x", "token_type": "Bearer"})
        token = self._signed(asked)
        return web.json_response({"token_type": "Bearer", "access_token": "x", "id_token": token})

    async def keys(self, _request: web.Request) -> web.Response:
        self.asked.append("keys")
        if self.fault == "keys 500":
            return web.Response(status=500)
        shown = (
            [] if self.fault == "no keys" else [self._key(self.algorithm).as_dict(private=False)]
        )
        return web.json_response({"keys": shown})

    def _knows(self, request: web.Request, form: dict[str, str]) -> bool:
        if self.secret_in_form:
            return (form["client_id"], form.get("client_secret")) == (CLIENT, SECRET)
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        client, _, secret = b64decode(given).decode().partition(":")
        return (kind, unquote_plus(client), unquote_plus(secret)) == ("Basic", CLIENT, SECRET)

    def _signed(self, asked: dict[str, str]) -> str:
        claims = self._claims(asked)
        if self.fault == "unsigned":
            parts = ({"alg": "none"}, claims)
            return ".".join(_base64(json.dumps(part).encode()) for part in parts) + "."
        if self.fault == "shared secret":
            return _by_shared_secret(claims, self._key("RS256"))
        kid = self._key(self.algorithm).kid
        key = (
            _made(self.algorithm, "main")
            if self.fault == "wrong key"
            else self._key(self.algorithm)
        )
        header = {"alg": self.algorithm, "kid": kid}
        return jwt.encode(header, claims, key, registry=_Registry())

    def _claims(self, asked: dict[str, str]) -> dict[str, Any]:
        at = int(self.now().timestamp())
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": asked["client_id"],
            "sub": "8000000001",
            "iat": at,
            "exp": at + 3600,
            "nonce": asked["nonce"],
            **self.person,
        }
        changed: dict[str, Callable[[], dict[str, Any]]] = {
            "bad nonce": lambda: {"nonce": "of another sign-in"},
            "no nonce": lambda: {"nonce": None},
            "wrong audience": lambda: {"aud": "7000000002"},
            "two audiences": lambda: {"aud": [asked["client_id"], "7000000002"]},
            "wrong issuer": lambda: {"iss": "https://evil.example"},
            "expired": lambda: {"exp": at - 120},
            "issued in the future": lambda: {"iat": at + 600},
            "no id": lambda: {"id": None},
            "id as a word": lambda: {"id": "lan"},
        }
        claims |= changed.get(self.fault or "", dict)()
        return {name: value for name, value in claims.items() if value is not None}

    def _key(self, algorithm: str) -> Key:
        return self._keys.setdefault(algorithm, _made(algorithm, "main"))


@asynccontextmanager
async def running(clock: FixedClock) -> AsyncIterator[Issuer]:
    """Serve an issuer until the block ends; its clock is the tests'."""
    peer = Issuer(clock)
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", peer.configuration)
    app.router.add_get("/.well-known/jwks.json", peer.keys)
    app.router.add_get("/auth", peer.authorize)
    app.router.add_post("/token", peer.token)
    server = TestServer(app)
    await server.start_server(access_log=None)
    peer.url = str(server.make_url("")).rstrip("/")
    try:
        yield peer
    finally:
        await server.close()


def _fits(asked: dict[str, str], form: dict[str, str]) -> bool:
    challenge = _base64(sha256(form.get("code_verifier", "").encode()).digest())
    return (
        form.get("grant_type") == "authorization_code"
        and form.get("redirect_uri") == asked["redirect_uri"]
        and challenge == asked["code_challenge"]
    )


def _made(algorithm: str, kid: str) -> Key:
    if algorithm == "RS256":
        return RSAKey.generate_key(2048, {"kid": kid})
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", {"kid": kid})
    return OKPKey.generate_key("Ed25519", {"kid": kid})


def _by_shared_secret(claims: dict[str, Any], key: Key) -> str:
    """Sign with the public key as if it were a password: some libraries believe that."""
    parts = ({"alg": "HS256", "kid": key.kid}, claims)
    body = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    public = key.as_pem(private=False) if isinstance(key, RSAKey) else b""
    return f"{body}.{_base64(hmac.digest(public, body.encode(), 'sha256'))}"


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
