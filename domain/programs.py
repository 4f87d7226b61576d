"""Programs: the loyalty programs that one deployment runs, and the zones they count dates in."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from tortoise import fields
from tortoise.models import Model

from domain import db
from domain.errors import InvalidInput, NotFound, Refusal
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain", "programs.sql")


class ZoneChangePending(Refusal):
    """Another change of the time zone begins at %(begins_at)s; wait for it."""

    code = "zone_change_pending"


class Program(Model):
    """One loyalty program: its name, money, brand, terms and policies."""

    id = fields.UUIDField(primary_key=True)
    slug = fields.TextField()
    name = fields.TextField()
    currency = fields.TextField()
    point_value = fields.DecimalField(max_digits=12, decimal_places=4)
    locale = fields.TextField(default="vi")
    terms_version = fields.IntField(default=1)
    terms: Any = fields.JSONField(default=dict)
    brand: Any = fields.JSONField(default=dict)
    qualifying_act = fields.TextField(default="register")
    debt_policy = fields.TextField(default="allow_negative")
    grace_days = fields.IntField(null=True)
    referral_hold_days = fields.IntField(default=0)
    referral_daily_cap = fields.IntField(default=20)
    referral_weekly_cap = fields.IntField(default=60)
    telegram_bot = fields.TextField(null=True)
    telegram_app = fields.TextField(null=True)
    update_retention_days = fields.IntField(default=30)
    decision_retention_days = fields.IntField(default=400)
    created_at = fields.DatetimeField()

    class Meta:
        table = "program"

    def worth(self, points: int) -> int:
        """Return what so many points are worth, in whole minor units of the currency."""
        return int(Decimal(points) * self.point_value)


async def by_slug(slug: str) -> Program:
    """Return the program of that address; raises NotFound."""
    program = await Program.get_or_none(slug=slug)
    if program is None:
        raise NotFound(program=slug)
    return program


async def first() -> Program | None:
    """Return the oldest program: the one to which the environment's bot belongs."""
    return await Program.all().order_by("created_at", "id").first()


async def zone_of(program_id: UUID, at: datetime) -> str:
    """Return the name of the zone in which the program counts dates at that instant."""
    async with db.reading() as connection:
        return str(await connection.fetchval(SQL["zone_at"], program_id, at))


async def change_zone(program: Program, zone: str, *, now: datetime) -> datetime:
    """Count the program's dates in another zone; return the instant from which it does.

    That is when today's date ends in the zone of today, so no stored date changes, none comes
    twice, and from then on the date is the new zone's, never an earlier one than today's.
    Raises InvalidInput for an unknown zone, ZoneChangePending while a change has yet to begin.
    """
    if zone not in available_timezones():
        raise InvalidInput("there is no such time zone")
    async with db.transaction() as connection:
        await connection.execute(SQL["lock_program"], program.id)
        now = await connection.fetchval(SQL["open_from"], program.id, now)
        begins = await connection.fetchval(SQL["pending_zone"], program.id, now)
        if begins is not None:
            raise ZoneChangePending(begins_at=begins.isoformat())
        old = await connection.fetchval(SQL["zone_at"], program.id, now)
        begins = await connection.fetchval(SQL["next_zone"], program.id, zone, old, now)
    assert isinstance(begins, datetime)
    return begins


async def create(
    *,
    slug: str,
    name: str,
    zone: str,
    currency: str,
    point_value: Decimal,
    now: datetime,
    **settings: Any,
) -> Program:
    """Create a program that counts its dates in `zone`."""
    async with db.transaction() as connection:
        program = await Program.create(
            id=new_id(),
            slug=slug,
            name=name,
            currency=currency,
            point_value=point_value,
            created_at=now,
            **settings,
        )
        await connection.execute(SQL["first_zone"], program.id, zone)
    return program


async def set_telegram_bot(program: Program, username: str | None) -> None:
    """Remember the name of the program's bot, which its links carry."""
    program.update_from_dict({"telegram_bot": username})
    await program.save(update_fields=["telegram_bot"])
