"""Evidence: the server's own word that a customer viewed, read or shared something.

A token is signed, bound to one customer and one item, ripens after the time that the act
takes, ends after a day, and is used once.
"""

import base64
import binascii
import struct
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain import db, secrets
from domain.content import catalogue
from domain.db import Connection
from domain.ids import new_code, new_id
from domain.ledger.posting import lock
from domain.ledger.requests import CREATED, RequestKey, Verdict, store_verdict
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.content", "evidence.sql")
VIEW_TIME = timedelta(seconds=3)
SHARE_TIME = timedelta(seconds=2)
LIFETIME = timedelta(days=1)
SHARE_CODE_LENGTH = 10

_PURPOSE = "evidence"
_KINDS = ("view", "read", "share")
# kind, customer, item, id, claim_after in milliseconds
_LAYOUT = struct.Struct(">B16s16s16sQ")
_MAC_SIZE = 16


@dataclass(frozen=True)
class Evidence:
    """What the client brings back to claim, and from when it counts.

    `replayed`: this very call was answered before, with the same evidence.
    """

    token: str
    claim_after: datetime
    replayed: bool = False


@dataclass(frozen=True)
class Share(Evidence):
    """The evidence of a prepared share, and the code that its link carries."""

    code: str = field(kw_only=True)


@dataclass(frozen=True)
class Proven:
    """What a genuine token says."""

    kind: str
    item_id: UUID
    evidence_id: UUID
    claim_after: datetime

    def is_over(self, now: datetime) -> bool:
        return now > self.claim_after + LIFETIME


async def view_product(
    program: Program,
    customer_id: UUID,
    product_id: UUID,
    *,
    now: datetime,
    request: RequestKey | None = None,
) -> Evidence:
    """Note that the customer has a product before them; raises NotFound."""
    await catalogue.product(program, product_id, now=now)
    return await _seen("view", customer_id, product_id, VIEW_TIME, now=now, request=request)


async def read_article(
    program: Program,
    customer_id: UUID,
    article_id: UUID,
    *,
    now: datetime,
    request: RequestKey | None = None,
) -> Evidence:
    """Note that the customer began to read an article; raises NotFound."""
    article = await catalogue.article(program, article_id, now=now)
    takes = timedelta(seconds=article.read_seconds)
    return await _seen("read", customer_id, article_id, takes, now=now, request=request)


async def share_product(
    program: Program,
    customer_id: UUID,
    product_id: UUID,
    *,
    now: datetime,
    request: RequestKey | None = None,
) -> Share:
    """Prepare a share of a product, with a link of its own; raises NotFound."""
    await catalogue.product(program, product_id, now=now)
    async with db.transaction() as connection:
        made, replayed = await _first_time(
            connection, customer_id, SHARE_TIME, now=now, request=request
        )
        if not replayed:
            code = new_code(SHARE_CODE_LENGTH)
            share = (customer_id, made.id, product_id, code, now)
            await connection.execute(SQL["add_share"], *share)
            await connection.execute(SQL["add_link"], code, program.id, customer_id, made.id)
        code = await connection.fetchval(SQL["code_of"], customer_id, made.id)
    evidence = issue("share", customer_id, product_id, made.id, made.claim_after)
    return Share(evidence.token, evidence.claim_after, replayed, code=code)


@dataclass(frozen=True)
class _Made:
    id: UUID
    claim_after: datetime


async def _seen(
    kind: str,
    customer_id: UUID,
    item_id: UUID,
    takes: timedelta,
    *,
    now: datetime,
    request: RequestKey | None,
) -> Evidence:
    async with db.transaction() if request else nullcontext() as connection:
        made, replayed = await _first_time(connection, customer_id, takes, now=now, request=request)
    evidence = issue(kind, customer_id, item_id, made.id, made.claim_after)
    return replace(evidence, replayed=replayed)


async def _first_time(
    connection: Connection | None,
    customer_id: UUID,
    takes: timedelta,
    *,
    now: datetime,
    request: RequestKey | None,
) -> tuple[_Made, bool]:
    """Return new evidence, or that of the first time if this very call is repeated.

    What is stored makes the token again; the token itself is not stored.
    """
    made = _Made(new_id(), now + takes)
    if request is None or connection is None:
        return made, False
    locked = await lock(connection, customer_id, now=now, request=request)
    if locked.repeated:
        facts = locked.repeated.facts
        return _Made(UUID(facts["id"]), datetime.fromisoformat(facts["claim_after"])), True
    facts = {"id": str(made.id), "claim_after": made.claim_after.isoformat()}
    await store_verdict(connection, customer_id, request, Verdict(CREATED, facts), locked.at)
    return made, False


@dataclass(frozen=True)
class Unopened:
    """A shared link that nobody but its sharer has opened yet."""

    sharer_id: UUID
    share_id: UUID


async def unopened(connection: Connection, program_id: UUID, code: str) -> Unopened | None:
    """Return the share behind a link; None if the link is unknown or was opened before."""
    link = await connection.fetchrow(SQL["by_code"], code, program_id)
    if link is None or await connection.fetchval(SQL["is_opened"], *link.values()):
        return None
    return Unopened(*link.values())


async def open_share(connection: Connection, shared: Unopened, *, now: datetime) -> bool:
    """Note the first open of a link by someone else; False if another open was first.

    The sharer's account is locked by the caller.
    """
    opened = await connection.fetchval(SQL["open_share"], shared.sharer_id, shared.share_id, now)
    return opened is not None


async def use(connection: Connection, customer_id: UUID, proven: Proven, *, now: datetime) -> bool:
    """Use evidence up; False if it was used before."""
    used = await connection.fetchval(SQL["use"], customer_id, proven.evidence_id, now)
    return used is not None


def issue(
    kind: str, customer_id: UUID, item_id: UUID, evidence_id: UUID, claim_after: datetime
) -> Evidence:
    """Sign the evidence of an act that counts from `claim_after`, whole milliseconds."""
    ripe = int(claim_after.timestamp() * 1000)
    said = _LAYOUT.pack(
        _KINDS.index(kind), customer_id.bytes, item_id.bytes, evidence_id.bytes, ripe
    )
    token = said + secrets.sign(_PURPOSE, said)[:_MAC_SIZE]
    return Evidence(_written(token), datetime.fromtimestamp(ripe / 1000, UTC))


def _written(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def verify(token: str, customer_id: UUID) -> Proven | None:
    """Return what the token says, or None unless we signed it for this very customer."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, binascii.Error):
        return None
    said, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
    # Decoding is lenient; a token has one spelling all the same.
    if len(mac) != _MAC_SIZE or _written(raw) != token:
        return None
    if not secrets.is_signed(_PURPOSE, said, mac):
        return None
    kind, owner, item, evidence_id, ripe = _LAYOUT.unpack(said)
    if owner != customer_id.bytes:
        return None
    return Proven(
        _KINDS[kind],
        UUID(bytes=item),
        UUID(bytes=evidence_id),
        datetime.fromtimestamp(ripe / 1000, UTC),
    )
