"""A new program: what it is called and counts in, and the rules that every one begins with."""

from datetime import datetime
from zoneinfo import available_timezones

from domain import db, programs
from domain.access import audit
from domain.earning.rules import start_rules
from domain.errors import InvalidInput
from domain.programs import Program
from domain.setup.general import General, SlugTaken, check


async def found(wanted: General, *, zone: str, now: datetime) -> Program:
    """Make a program that counts its dates in `zone`; raises InvalidInput and SlugTaken."""
    check(wanted)
    if zone not in available_timezones():
        raise InvalidInput("there is no such time zone; one is Asia/Ho_Chi_Minh")
    async with db.transaction():
        if await Program.exists(slug=wanted.slug):
            raise SlugTaken(slug=wanted.slug)
        made = await programs.create(
            slug=wanted.slug,
            name=wanted.name,
            zone=zone,
            currency=wanted.currency,
            point_value=wanted.point_value,
            locale=wanted.locale,
            now=now,
        )
        await start_rules(made.id, now=now, by="operator")
        await audit.record(
            "program_created", now=now, by="operator", program_id=made.id, slug=wanted.slug
        )
    return made
