"""The demo program: a shop with 120 days behind it, made once, so that a first look is not empty."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

import click

from app.demo.favourite import NAME, befriend
from app.demo.history import DAYS, Calendar, imagine
from app.demo.loading import load
from app.demo.shop import SLUG, ZONE, open_shop
from domain import db
from domain.access.links import make_link
from domain.access.models import Staff
from domain.access.staff import create_staff
from domain.clock import SystemClock
from domain.customers.models import Customer
from domain.earning.rules import rulebook
from domain.ids import new_code
from domain.ledger.sweep import sweep
from domain.programs import Program

CUSTOMERS = 3_600
_SEED = 20_260_701
_STAFF = "demo"


async def ensure_demo(
    dsn: str, address: str, *, customers: int = CUSTOMERS
) -> list[tuple[str, str]]:
    """Make the demo program unless it is there; return fresh sign-in links, name and address."""
    now = SystemClock().now()
    async with db.opened(dsn, role=None):
        program = await Program.get_or_none(slug=SLUG)
        if program is None:
            program = await make_demo(now=now, customers=customers)
        return await _links(program, address, now=now)


async def make_demo(*, now: datetime, customers: int) -> Program:
    """Make the demo program, with a progress bar where somebody watches.

    It gets its slug last: a start that is cut off leaves no half of it under that name.
    """
    since = now - timedelta(days=DAYS)
    program = await open_shop(slug=f"{SLUG}-{new_code(8).lower()}", since=since, now=now)
    calendar = Calendar(await rulebook(program.id), since, now, ZONE)
    guests = imagine(calendar, customers, Random(_SEED))
    befriend(calendar, guests)
    with _progress(sum(len(guest.events) for guest in guests)) as advance:
        await load(program, guests, report=advance)
    await sweep(now=now)
    await create_staff(program, login=_STAFF, name="Lan Anh", role="owner", now=now)
    program.slug = SLUG
    await program.save(update_fields=["slug"])
    return program


async def _links(program: Program, address: str, *, now: datetime) -> list[tuple[str, str]]:
    customer = await Customer.filter(program_id=program.id, name=NAME).first()
    staff = await Staff.get_or_none(program_id=program.id, login=_STAFF)
    links = []
    if customer:
        token = await make_link(program.id, "customer", customer.customer_id, now=now)
        links.append(("Demo customer", f"{address}/p/{program.slug}/app#signin={token}"))
    if staff:
        token = await make_link(program.id, "staff", staff.id, now=now)
        links.append(("Demo admin", f"{address}/admin/sign-in#{token}"))
    return links


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], None]]:
    if not sys.stdout.isatty():
        click.echo(f"Making the demo program: {length} movements.")
        yield lambda _count: None
        return
    with click.progressbar(length=length, label="Making the demo program") as bar:
        yield bar.update
