"""The command line: what may be typed. What is then done is in `app.commands`."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

import click

_ROLES = ["owner", "manager", "analyst", "cashier"]
_of_program = click.option("--program", metavar="SLUG", help="Needed if there are several.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chat-loyalty")
def main() -> None:
    """Run Chat Loyalty and look after it."""


@main.command()
def run() -> None:
    """Run everything here: database, migrations, web and worker."""
    _perform("run")


@main.command()
def web() -> None:
    """Serve customers, staff and chats over HTTP."""
    _perform("web")


@main.command()
def worker() -> None:
    """Do what no request waits for: chats' updates, notices, due points."""
    _perform("worker")


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    _perform("migrate")


@main.command()
def audit() -> None:
    """Check the whole ledger; print each finding, and fail if there is one."""
    _perform("audit")


@main.command()
def dsn() -> None:
    """Print the address of the database in use, the embedded one included."""
    _perform("dsn")


@main.command()
@click.argument("file")
def backup(**options: str) -> None:
    """Write the database, the pictures and the key of this deployment into the new FILE."""
    _perform("backup", **options)


@main.command()
@click.argument("file")
def restore(**options: str) -> None:
    """Bring the backup in FILE back into an empty database, and audit it."""
    _perform("restore", **options)


@main.group()
def program() -> None:
    """Programs of this deployment."""


@program.command("create")
@click.argument("slug")
@click.option("--name", help="What customers read; the slug if left out.")
@click.option("--zone", default="Asia/Ho_Chi_Minh", show_default=True, help="Where dates count.")
@click.option("--currency", default="VND", show_default=True)
@click.option(
    "--point-value", default="1", show_default=True, help="What a point is worth, in minor units."
)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def create_program(**options: str) -> None:
    """Make a program; SLUG stands in its addresses: small letters, digits and hyphens."""
    _perform("create_program", **options)


@program.command("list")
def list_programs() -> None:
    """List the programs: slug, name and bot, with tabs between."""
    _perform("list_programs")


@main.group()
def admin() -> None:
    """Staff, and what acts for them."""


@admin.command("create")
@click.argument("login")
@click.option("--name", help="What colleagues read; the login if left out.")
@click.option("--role", type=click.Choice(_ROLES), default="owner", show_default=True)
@_of_program
def create_admin(**options: str) -> None:
    """Make a member of the staff and print a link for one sign-in."""
    _perform("create_admin", **options)


@admin.command("token")
@click.argument("name")
@_of_program
def admin_token(**options: str) -> None:
    """Print a fresh API token of the service account NAME, made as an owner if new."""
    _perform("admin_token", **options)


@main.command("sign-in-link")
@click.argument("customer")
@_of_program
def sign_in_link(**options: str) -> None:
    """Print a link that signs CUSTOMER, an id or a Telegram number, in to the mini app once."""
    _perform("sign_in_link", **options)


def _perform(command: str, /, **options: str) -> None:
    """Do what a command stands for; what goes wrong is one sentence and an exit code."""
    # What is behind a command takes a second to load, and nobody should wait that for --help.
    from app.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        _end(str(error), code=2)
    from app import commands

    try:
        _until_told_to_stop(getattr(commands, command)(settings, **options))
    except commands.EXPECTED as error:
        _end(commands.said(error), code=1)


def _until_told_to_stop(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, or until SIGINT or SIGTERM, which is no failure."""
    import uvloop

    async def guarded() -> None:
        task = asyncio.ensure_future(work)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _once(task.cancel))
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    uvloop.run(guarded())


def _once(act: Callable[[], object]) -> Callable[[], None]:
    """An impatient second signal must not break off what the first one set going."""
    remaining = [act]

    def handler() -> None:
        while remaining:
            remaining.pop()()

    return handler


def _end(sentence: str, *, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
