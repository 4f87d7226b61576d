"""What the commands of `app.cli` do."""

import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from app import supervisor
from app.backing import UnreachableError, database, key_store
from app.backups import BackupError, back_up
from app.backups import restore as bring_back
from app.embedded import postgres
from app.embedded.claims import EmbeddedServerError
from app.ports import PortError
from app.settings import Settings
from domain import db, programs
from domain import migrate as migrations
from domain.clock import SystemClock
from domain.errors import InvalidInput, Refusal

if TYPE_CHECKING:
    from domain.customers.models import Customer

_NO_PROGRAM = "There is no program yet; make one: loyalty program create SLUG."


class Failure(Exception):  # noqa: N818 - it is a command's verdict, not a fault of ours
    """The command could not do, or did not find, what was asked."""


# What goes wrong without being a bug; each says it in a sentence.
EXPECTED = (Failure, BackupError, EmbeddedServerError, UnreachableError, PortError, Refusal)

run = supervisor.run


async def web(settings: Settings) -> None:
    async with database(settings) as dsn, key_store(settings) as redis_url:
        if settings.web_processes > 1:
            await supervisor.serve_together(settings, dsn, redis_url)
            return
        from app.web import serve

        await serve(settings, dsn, redis_url)


async def worker(settings: Settings) -> None:
    from app.worker import serve

    async with database(settings) as dsn, key_store(settings) as redis_url:
        await serve(settings, dsn, redis_url)


async def migrate(settings: Settings) -> None:
    async with database(settings, current=False) as dsn:
        applied = await migrations.migrate(dsn, report=click.echo)
    click.echo(f"{len(applied)} applied." if applied else "Nothing to do.")


async def audit(settings: Settings) -> None:
    from domain.ledger import audit as ledger_audit

    async with _opened(settings):
        findings = await ledger_audit.run(report=_progress)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise Failure(f"{len(findings)} findings")
    click.echo("0 findings")


async def backup(settings: Settings, *, file: str) -> None:
    target, now = Path(file).expanduser().absolute(), SystemClock().now()
    async with database(settings) as address:
        await back_up(settings, address, target, now=now, report=_progress)
    click.echo(f"{target} ({target.stat().st_size:,} bytes). It holds secrets: keep it safe.")


async def restore(settings: Settings, *, file: str) -> None:
    source = Path(file).expanduser().absolute()
    async with database(settings, current=False) as address:
        findings = await bring_back(settings, address, source, report=_progress)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise Failure(f"Restored, and the audit has {len(findings)} findings.")
    click.echo("Restored; the audit has 0 findings.")


async def dsn(settings: Settings) -> None:
    address = settings.database_url or postgres.address(settings.data_dir)
    click.echo(address)
    if not settings.database_url and not await postgres.answers(address):
        click.echo("It is not running now; `loyalty run` starts it.", err=True)


async def create_program(
    settings: Settings,
    *,
    slug: str,
    name: str | None,
    zone: str,
    currency: str,
    point_value: str,
    language: str,
) -> None:
    from babel.numbers import list_currencies

    from domain.setup.founding import found
    from domain.setup.general import General

    if currency not in list_currencies():
        raise Failure(f"There is no currency {currency!r}; one is VND.")
    wanted = General(
        name=name or slug,
        slug=slug,
        locale=language,
        currency=currency,
        point_value=_number("--point-value", point_value),
    )
    async with _opened(settings):
        await found(wanted, zone=zone, now=SystemClock().now())
    click.echo(f"{settings.address}/p/{slug}/app")
    click.echo(
        f"Next, make its owner: loyalty admin create LOGIN --program {slug}; "
        "in the settings they connect its bot.",
        err=True,
    )


async def list_programs(settings: Settings) -> None:
    async with _opened(settings):
        found = await programs.Program.all().order_by("created_at", "id")
    for each in found:
        bot = f"@{each.telegram_bot}" if each.telegram_bot else "no bot"
        click.echo(f"{each.slug}\t{each.name}\t{bot}")
    if not found:
        click.echo(_NO_PROGRAM, err=True)


async def create_admin(
    settings: Settings, *, login: str, name: str | None, role: str, program: str | None
) -> None:
    from domain.access import links, staff

    now = SystemClock().now()
    async with _program(settings, program) as chosen:
        member = await staff.create_staff(
            chosen, login=login, name=name or login, role=role, now=now
        )
        token = await links.make_link(chosen.id, "staff", member.id, now=now)
    click.echo(f"{settings.address}/admin/sign-in#{token}")


async def admin_token(settings: Settings, *, name: str, program: str | None) -> None:
    from domain.access.tokens import issue_token

    async with _program(settings, program) as chosen:
        click.echo(await issue_token(chosen, name, SystemClock().now()))


async def sign_in_link(settings: Settings, *, customer: str, program: str | None) -> None:
    from domain.access import links

    async with _program(settings, program) as chosen:
        member = await _customer(chosen, customer)
        token = await links.make_link(
            chosen.id, "customer", UUID(str(member.customer_id)), now=SystemClock().now()
        )
    click.echo(f"{settings.address}/p/{chosen.slug}/app#signin={token}")


async def _customer(program: programs.Program, said: str) -> "Customer":
    """Return the customer of that id, or of that number in Telegram."""
    from domain.customers.enrolment import Identity, by_id, by_identity

    if said.isdecimal():
        found = await by_identity(program.id, Identity("telegram", said))
    else:
        try:
            found = await by_id(UUID(said))
        except ValueError:
            found = None
    if found is None or found.program_id != program.id:
        raise Failure(f"{program.slug} has no customer with the id or Telegram number {said!r}.")
    return found


def _progress(step: str) -> None:
    """Say what long work is at, to a person only."""
    if sys.stderr.isatty():
        click.echo(f"{step} …", err=True)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[None]:
    async with database(settings) as address, db.opened(address, role=None):
        yield


@asynccontextmanager
async def _program(settings: Settings, slug: str | None) -> AsyncIterator[programs.Program]:
    """Open the database for the program that is meant: the only one need not be named."""
    async with _opened(settings):
        found = {each.slug: each for each in await programs.Program.all().order_by("slug")}
        if not found:
            raise Failure(_NO_PROGRAM)
        if slug is None and len(found) > 1:
            raise Failure(f"There are several programs; add --program with one of {_list(found)}.")
        if slug is not None and slug not in found:
            raise Failure(f"There is no program {slug!r}; there is {_list(found)}.")
        yield found[slug or next(iter(found))]


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _number(option: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Failure(f"{option} must be a number, not {text!r}.")
    return number


def said(error: Exception) -> str:
    """Return what went wrong as a sentence for the command line."""
    if isinstance(error, InvalidInput):
        problem = str(error.facts["problem"])
        return f"{problem[0].upper()}{problem[1:]}."
    return str(error)
