"""A customer's phone: opens the mini app over HTTP as a chat would, and remembers its session."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from domain.customers.enrolment import Identity, by_identity
from domain.customers.models import Customer
from domain.programs import Program
from tests.clock import FixedClock
from tests.miniapp.signing import TOKEN, init_data

_numbers = count(1)
Client = TestClient[Any, Any]


@dataclass
class Phone:
    """One Telegram user and the device in their hand."""

    client: Client
    program: Program
    clock: FixedClock
    user_id: int = field(default_factory=lambda: 500_000 + next(_numbers))
    first_name: str = "Ngọc Ánh"
    language: str = "vi"
    token: str = ""

    @property
    def api(self) -> str:
        return f"/p/{self.program.slug}/api/v1"

    @property
    def app(self) -> str:
        return f"/p/{self.program.slug}/app"

    def launch(self, **more: str) -> str:
        """What Telegram hands to the page."""
        user = {
            "id": self.user_id,
            "first_name": self.first_name,
            "language_code": self.language,
        }
        at = int(self.clock.now().timestamp())
        return init_data(TOKEN, at=at, user=json.dumps(user, ensure_ascii=False), **more)

    async def signs_in(self, start_param: str | None = None, **signed: str) -> dict[str, Any]:
        response = await self.client.post(
            f"{self.api}/session",
            headers={"Authorization": f"tma {self.launch(**signed)}"},
            json={"start_param": start_param} if start_param else {},
        )
        assert response.status == 200, await response.text()
        answer: dict[str, Any] = await response.json()
        self.token = answer["token"]
        return answer

    async def joins(self) -> None:
        response = await self.post("registration", {"terms_version": 1})
        assert response.status == 201, await response.text()

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(self._address(path), headers=self._pass() | headers)

    async def gets(self, path: str) -> Any:
        """The content of an answer that must be 200."""
        response = await self.get(path)
        assert response.status == 200, await response.text()
        return await response.json()

    async def post(
        self, path: str, body: object = None, *, key: str | None = None, **headers: str
    ) -> ClientResponse:
        with_key = {"Idempotency-Key": key or f"tap-{next(_numbers)}"}
        return await self.client.post(
            self._address(path),
            data=None if body is None else json.dumps(body),
            headers=self._pass() | with_key | {"Content-Type": "application/json"} | headers,
        )

    async def patch(
        self, path: str, body: object = None, *, key: str | None = None
    ) -> ClientResponse:
        with_key = {"Idempotency-Key": key or f"tap-{next(_numbers)}"}
        return await self.client.patch(
            self._address(path),
            data=None if body is None else json.dumps(body),
            headers=self._pass() | with_key | {"Content-Type": "application/json"},
        )

    async def claims(
        self, action: str, evidence: str | None = None, *, key: str | None = None
    ) -> ClientResponse:
        body = {"evidence": evidence} if evidence else None
        return await self.post(f"actions/{action}/claims", body, key=key)

    async def customer(self) -> Customer:
        found = await by_identity(self.program.id, Identity("telegram", str(self.user_id)))
        assert found is not None
        return found

    def _pass(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _address(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.api}/{path}"


MakePhone = Callable[..., Phone]
Digest = Callable[[], Awaitable[tuple[int, int, int]]]


async def refusal(response: ClientResponse) -> tuple[int, str]:
    """Status and code of a refusal, which is JSON of one shape and tells no secrets."""
    text = await response.text()
    error = json.loads(text)["error"]
    assert error["message"]
    assert not any(word in text for word in ("Traceback", "select ", "asyncpg", 'File "'))
    return response.status, error["code"]
