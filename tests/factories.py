"""Programs, customers and content as tests need them, made through the real verbs."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from domain import bots, db, programs
from domain.bots import Bot
from domain.content.models import News, Product
from domain.customers.enrolment import Identity
from domain.customers.models import Customer
from domain.earning.arrival import arrive
from domain.earning.registration import register
from domain.earning.rules import start_rules
from domain.ids import new_id
from domain.ledger.posting import Posted, Posting, post
from domain.ledger.requests import RequestKey, request_key
from domain.ledger.standing import standing
from domain.programs import Program
from tests.clock import MONDAY_NOON

TOKEN = "7000000001:AAF-made-up-token-for-tests_0123456789ab"
_numbers = count(1)


async def a_program(*, now: datetime = MONDAY_NOON, **settings: Any) -> Program:
    """A program in Vietnam with the rules that every new program has."""
    lifetime = settings.pop("lifetime", {})
    values: dict[str, Any] = {
        "slug": f"coffee-{next(_numbers)}",
        "name": "Mộc Coffee",
        "zone": "Asia/Ho_Chi_Minh",
        "currency": "VND",
        "point_value": Decimal(10),
        **settings,
    }
    program = await programs.create(now=now - timedelta(days=1), **values)
    await start_rules(program.id, now=now - timedelta(days=1), by="system", **lifetime)
    return program


async def a_bot(program: Program, token: str = TOKEN, *, username: str = "moc_bot") -> Bot:
    """The program's own bot, as staff connect it."""
    await bots.connect(
        program,
        token=token,
        bot_id=bots.id_in(token),
        username=username,
        by="operator",
        now=MONDAY_NOON,
    )
    bot = await bots.bot_of(program.id)
    assert bot is not None
    return bot


async def a_visitor(program: Program, *, now: datetime = MONDAY_NOON, **how: Any) -> Customer:
    """Someone who opened the bot and has not accepted the terms."""
    values: dict[str, Any] = {
        "name": "Ngọc Ánh",
        "locale": "vi",
        "start_param": None,
        "channel": "telegram",
        **how,
    }
    identity = values.pop("identity", Identity("telegram", str(700_000_000 + next(_numbers))))
    return (await arrive(program, identity, now=now, **values)).customer


async def a_member(program: Program, *, now: datetime = MONDAY_NOON, **how: Any) -> Customer:
    """A registered customer: the registration has paid its points."""
    customer = await a_visitor(program, now=now, **how)
    await register(
        program,
        customer.customer_id,
        terms_version=program.terms_version,
        channel="telegram",
        now=now,
        request=None,
    )
    return await Customer.get(customer_id=customer.customer_id)


def a_key(customer_id: UUID, key: str | None = None, body: object = None) -> RequestKey:
    """The request key of a call by the customer, another one each time unless named."""
    return request_key(f"customer:{customer_id}", key or f"key-{next(_numbers)}", "test", body)


async def posted(customer_id: UUID, amount: int, *, now: datetime, **how: Any) -> Posted:
    """Post straight to the ledger: a credit, or a spend when the amount is negative."""
    values: dict[str, Any] = {
        "action": "purchase" if amount > 0 else "gift_redemption",
        "business_key": f"test:{next(_numbers)}",
        "actor": "system",
        "channel": "test",
        **how,
    }
    async with db.transaction() as connection:
        return await post(connection, customer_id, Posting(amount=amount, **values), now=now)


async def a_product(program: Program, *, now: datetime = MONDAY_NOON, **how: Any) -> Product:
    values: dict[str, Any] = {
        "title": {"vi": "Bạc xỉu", "en": "White coffee"},
        "body": {"vi": "Nhiều sữa, ít cà phê.", "en": "More milk than coffee."},
        "price": 39_000,
        "picture": "cup-1",
        "published_at": now - timedelta(days=1),
        **how,
    }
    return await Product.create(id=new_id(), program_id=program.id, **values)


async def an_article(program: Program, *, now: datetime = MONDAY_NOON, **how: Any) -> News:
    values: dict[str, Any] = {
        "title": {"vi": "Mùa mưa đã về", "en": "The rains are here"},
        "summary": {"vi": "Thực đơn mới.", "en": "A new menu."},
        "body": {"vi": "Ba món nóng cho ngày mưa.", "en": "Three hot drinks for wet days."},
        "picture": "rain-1",
        "published_at": now - timedelta(days=1),
        **how,
    }
    return await News.create(id=new_id(), program_id=program.id, **values)


async def balance_of(customer: Customer, *, now: datetime = MONDAY_NOON) -> int:
    """What the customer would see, settled."""
    return (await standing(customer.customer_id, now=now)).balance
