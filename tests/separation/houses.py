"""Two programs of one deployment, each with all that one can know of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from PIL import Image

from domain import db
from domain.access import links, sessions, staff, staff_sessions, tokens
from domain.access.models import Staff
from domain.bots import Bot
from domain.content import feeds, importing, pictures
from domain.content.categories import create_category
from domain.content.models import Category, Feed, News, Product
from domain.customers.models import Customer
from domain.earning.models import Campaign
from domain.ids import new_id
from domain.notices import broadcasts
from domain.notices.broadcasts import Broadcast
from domain.notices.wording import Words
from domain.programs import Program
from tests.factories import a_bot, a_member, a_product, a_program, an_article, posted


@dataclass(frozen=True, kw_only=True)
class House:
    """A program, who lives in it, and the keys to it."""

    program: Program
    bot: Bot
    customer: Customer
    owner: Staff
    service: Staff
    product: Product
    article: News
    movement_id: UUID
    category: Category
    feed: Feed
    import_id: UUID
    broadcast: Broadcast
    campaign: Campaign
    # The name of a stored picture's file.
    picture: str
    # Secrets: of the customer's session, the owner's, their forms', and the service account's.
    session: str
    desk: str
    csrf: str
    admin_token: str
    # Links that let the customer and the owner in, once.
    customer_link: str
    staff_link: str

    @property
    def slug(self) -> str:
        return self.program.slug

    @property
    def marks(self) -> tuple[str, ...]:
        """What no answer to a stranger holds."""
        return (
            self.customer.name,
            self.owner.name,
            str(self.customer.customer_id),
            str(self.movement_id),
            str(self.owner.id),
            self.bot.token,
        )

    def values(self) -> dict[str, str]:
        """Return a value for each parameter of a path, by what stands before it there."""
        return {
            "p": self.slug,
            "products": str(self.product.id),
            "news": str(self.article.id),
            "movements": str(self.movement_id),
            "history": str(self.movement_id),
            "customers": str(self.customer.customer_id),
            "team": str(self.owner.id),
            "pictures": self.picture,
            "categories": str(self.category.id),
            "feeds": str(self.feed.id),
            "import": str(self.import_id),
            "broadcasts": str(self.broadcast.id),
            "campaigns": str(self.campaign.id),
        }


_FEED: Final[dict[str, Any]] = {
    "url": "https://moc.example/feed",
    "name": "",
    "locale": "vi",
    "every_hours": 6,
    "shows_at_once": True,
}


async def a_house(slug: str, token: str, surname: str, colour: str, *, now: datetime) -> House:
    """Build a program and all that belongs to it."""
    program = await a_program(slug=slug, name=f"Tiệm {surname}")
    bot = await a_bot(program, token, username=f"{slug}_bot")
    customer = await a_member(program, name=f"Khách {surname}")
    gained = await posted(customer.customer_id, 100, now=now)
    assert gained.movement_id is not None
    owner = await staff.create_staff(
        program, login=f"{slug}@x.vn", name=f"Chủ {surname}", role="owner", now=now
    )
    admin_token = await tokens.issue_token(program, f"till-{slug}", now)
    desk = await staff_sessions.open_session(owner, now=now)
    opened = await sessions.open_session(
        program.id, customer.customer_id, channel="telegram", now=now
    )
    return House(
        program=program,
        bot=bot,
        customer=customer,
        owner=owner,
        service=await Staff.get(program_id=program.id, is_service=True),
        product=await a_product(program),
        article=await an_article(program),
        movement_id=gained.movement_id,
        category=await create_category(program, {"vi": f"Nhóm {surname}"}, by=owner, now=now),
        feed=await feeds.add_feed(program, **_FEED, by=owner, now=now),
        import_id=await importing.receive(program, "products", b"key\nA\n", by=owner, now=now),
        campaign=await _a_campaign(program, now=now),
        broadcast=await _a_broadcast(program, owner, now=now),
        picture=await _a_picture(program, colour),
        session=opened.token,
        desk=desk,
        csrf=(await staff_sessions.session_of(desk, now=now)).csrf_token,
        admin_token=admin_token,
        customer_link=await links.make_link(program.id, "customer", customer.customer_id, now=now),
        staff_link=await links.make_link(program.id, "staff", owner.id, now=now),
    )


async def _a_campaign(program: Program, *, now: datetime) -> Campaign:
    return await Campaign.create(
        id=new_id(),
        program_id=program.id,
        name="Tuần lễ trà",
        multiplier=Decimal(2),
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=8),
        created_at=now,
    )


async def _a_broadcast(program: Program, owner: Staff, *, now: datetime) -> Broadcast:
    words = {"vi": Words(title="Chào bạn", body="Hôm nay có trà mới.")}
    return await broadcasts.plan(program, words, screen=None, locale=None, by=owner, now=now)


async def _a_picture(program: Program, colour: str) -> str:
    drawn = BytesIO()
    Image.new("RGB", (200, 200), colour).save(drawn, "PNG")
    return f"{await pictures.keep(program.id, drawn.getvalue())}-chat.jpg"


# What any visitor leaves behind, whoever they are: uses of sessions, and codes nobody confirmed.
_TRACES = ("customer_session", "staff_session", "sign_in_code", "sign_in_failure", "admin_token")


async def everything() -> dict[str, tuple[int, str]]:
    """Return of each table how many rows it has and what is in them, traces of visits excepted."""
    async with db.reading() as connection:
        tables = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public' order by tablename"
        )
        found = {}
        for (table,) in map(tuple, tables):
            if table not in _TRACES:
                row = await connection.fetchrow(
                    "select count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
                    f" from {table} t"
                )
                assert row is not None
                found[table] = (int(row[0]), str(row[1]))
    return found
