"""Request keys and the verdicts stored under them."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.db import Connection
from domain.errors import Refusal
from domain.sql import queries

SQL = queries("domain.ledger", "requests.sql")
CREATED, CONFLICT, UNPROCESSABLE = 201, 409, 422


class KeyReused(Refusal):
    """This request key was used before with another request."""

    code = "key_reused"


class InProgress(Refusal):
    """The same account is busy with another request. Please try again in a moment."""

    code = "in_progress"


class ClockBehind(Refusal):
    """Our clock is behind the ledger's. Nothing was changed."""

    code = "clock_behind"


@dataclass(frozen=True)
class RequestKey:
    """Which call this is: who calls, the key they chose, and the hash of what they ask."""

    principal: str
    key: str
    body_hash: bytes


@dataclass(frozen=True)
class Verdict:
    """The answer to a call that was decided under the account's lock.

    `status` is the number that is stored with it: 2xx done, 409 or 422 refused. A refusal
    carries its `code` in the facts.
    """

    status: int
    facts: dict[str, Any]
    replayed: bool = False

    @property
    def is_refusal(self) -> bool:
        return self.status >= CONFLICT


def request_key(principal: str, key: str, route: str, body: object) -> RequestKey:
    """Return the key of a call; two calls are the same if route and parsed body are."""
    canonical = json.dumps([route, body], sort_keys=True, separators=(",", ":"), default=str)
    return RequestKey(principal, key, hashlib.sha256(canonical.encode()).digest())


async def store_verdict(
    connection: Connection,
    customer_id: UUID,
    request: RequestKey | None,
    verdict: Verdict,
    at: datetime,
) -> Verdict:
    """Keep what was decided under the lock beside its effect, so that a repeat is answered alike."""
    if request is not None:
        await connection.execute(
            SQL["store"],
            customer_id,
            request.principal,
            request.key,
            request.body_hash,
            verdict.status,
            verdict.facts,
            at,
        )
    return verdict
