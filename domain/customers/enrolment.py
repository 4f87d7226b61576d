"""Customers: who they are in their chats, and how they come to be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import db
from domain.customers.models import Customer
from domain.db import Connection
from domain.errors import NotFound
from domain.ids import new_code, new_id
from domain.names import clean_name
from domain.sql import queries

SQL = queries("domain.customers", "enrolment.sql")
LOCALES = ("vi", "en")
CODE_LENGTH = 8


@dataclass(frozen=True)
class Identity:
    """A chat user, as the chat vouches for them: kind `telegram`, value the user's id there."""

    kind: str
    value: str


async def by_identity(program_id: UUID, identity: Identity) -> Customer | None:
    """Return the customer whom this identity belongs to in the program, if there is one."""
    async with db.reading() as connection:
        row = await connection.fetchrow(
            SQL["by_identity"], program_id, identity.kind, identity.value
        )
    return await Customer.get(customer_id=row["customer_id"]) if row else None


async def by_id(customer_id: UUID) -> Customer:
    """Return that customer; raises NotFound."""
    customer = await Customer.get_or_none(customer_id=customer_id)
    if customer is None:
        raise NotFound
    return customer


async def enrol(
    connection: Connection,
    program_id: UUID,
    identity: Identity,
    *,
    name: str,
    locale: str,
    now: datetime,
) -> Customer | None:
    """Make a customer with an account of 0 points; None if the identity has one already.

    The identity is claimed first in the caller's transaction, so of two racers one enrols.
    """
    customer_id = new_id()
    claimed = await connection.fetchval(
        SQL["claim_identity"], program_id, identity.kind, identity.value, customer_id, now
    )
    if claimed is None:
        return None
    code = await _claim_code(connection, program_id, customer_id, now)
    await connection.execute(
        SQL["insert_customer"],
        customer_id,
        program_id,
        clean_name(name),
        locale if locale in LOCALES else "en",
        code,
        now,
    )
    await connection.execute(SQL["open_account"], customer_id, program_id, now)
    if identity.kind in ("telegram", "zalo"):
        await connection.execute(SQL["insert_channel"], customer_id, identity.kind, identity.value)
    return await Customer.get(customer_id=customer_id)


async def _claim_code(
    connection: Connection, program_id: UUID, customer_id: UUID, now: datetime
) -> str:
    """Claim an invite code that nobody has; among millions of customers chance repeats itself."""
    code = None
    while code is None:
        code = await connection.fetchval(
            SQL["claim_code"], new_code(CODE_LENGTH), program_id, customer_id, now
        )
    return str(code)


async def rename(customer: Customer, name: str) -> None:
    """Take over the name that the chat shows now."""
    cleaned = clean_name(name)
    if cleaned != customer.name:
        customer.name = cleaned
        async with db.transaction() as connection:
            await connection.execute(SQL["rename"], customer.customer_id, cleaned)


async def set_locale(customer: Customer, locale: str) -> None:
    """Speak to the customer in `vi` or `en` from now on; raises ValueError for another."""
    if locale not in LOCALES:
        raise ValueError(locale)
    customer.locale = locale
    async with db.transaction() as connection:
        await connection.execute(SQL["set_locale"], customer.customer_id, locale)


async def address_of(customer_id: UUID, channel: str) -> str | None:
    """Return where that chat reaches the customer; None if they have none there."""
    async with db.reading() as connection:
        address: str | None = await connection.fetchval(SQL["address"], customer_id, channel)
    return address


async def mark_unreachable(customer_id: UUID, channel: str, *, now: datetime) -> None:
    """Remember that the chat refuses our messages, so that none is tried again."""
    async with db.transaction() as connection:
        await connection.execute(SQL["mark_unreachable"], customer_id, channel, now)


async def mark_reachable(customer_id: UUID, channel: str) -> None:
    """Remember that the customer talks to us again."""
    async with db.transaction() as connection:
        await connection.execute(SQL["mark_reachable"], customer_id, channel)
