"""The demo merchant: a coffee shop in Ho Chi Minh City, its products and its news."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from importlib.resources import files

from domain import programs
from domain.content.models import Category, News, Product
from domain.earning.models import Rule
from domain.earning.rules import change_rule, start_campaign, start_rules
from domain.ids import new_id
from domain.programs import Program

SLUG = "demo"
ZONE = "Asia/Ho_Chi_Minh"

_SHOP = json.loads(files("app.demo").joinpath("shop.json").read_text(encoding="utf-8"))


async def open_shop(*, slug: str, since: datetime, now: datetime) -> Program:
    """Make the demo program as of `since`, with rules, a campaign, products and news."""
    program = await programs.create(
        slug=slug,
        name="Mộc Coffee",
        zone=ZONE,
        currency="VND",
        point_value=Decimal(10),
        now=since,
        terms=_SHOP["terms"],
        brand=_SHOP["brand"],
        telegram_bot="moc_coffee_demo_bot",
    )
    await start_rules(program.id, now=since, by="demo")
    await Rule.filter(program_id=program.id).update(lifetime_kind="months", lifetime_count=12)
    daily = {"points": 5, "settings": {"weekly_bonus": 20}}
    brief = {"lifetime_kind": "months", "lifetime_count": 3}
    await change_rule(program.id, "daily_login", now=since, by="demo", **daily, **brief)
    for action, points in (("referrer_reward", 200), ("new_member_reward", 100)):
        await change_rule(program.id, action, now=since, by="demo", points=points)
    await start_campaign(
        program.id,
        name="Tuần lễ khai trương",
        action="daily_login",
        multiplier=Decimal(2),
        starts_at=now - timedelta(days=40),
        ends_at=now - timedelta(days=33),
        created_at=since,
    )
    headings = _categories(program, since)
    await Category.bulk_create(headings)
    await Product.bulk_create(_products(program, headings, since))
    await News.bulk_create(_news(program, now))
    return program


def _categories(program: Program, since: datetime) -> list[Category]:
    names = {product["category"]["vi"]: product["category"] for product in _SHOP["products"]}
    return [
        Category(id=new_id(), program_id=program.id, name=name, position=position, changed_at=since)
        for position, name in enumerate(names.values(), 1)
    ]


def _products(program: Program, headings: list[Category], since: datetime) -> list[Product]:
    by_name = {heading.name["vi"]: heading.id for heading in headings}
    return [
        Product(
            id=new_id(),
            program_id=program.id,
            title=product["title"],
            body=product["body"],
            category=product["category"],
            category_id=by_name[product["category"]["vi"]],
            price=product["price"],
            picture=product["icon"],
            position=position,
            published_at=since,
        )
        for position, product in enumerate(_SHOP["products"])
    ]


def _news(program: Program, now: datetime) -> list[News]:
    return [
        News(
            id=new_id(),
            program_id=program.id,
            title=article["title"],
            summary=article["summary"],
            body=article["body"],
            picture=article["icon"],
            published_at=now - timedelta(days=article["days_ago"]),
        )
        for article in _SHOP["news"]
    ]
