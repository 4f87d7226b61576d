"""The schema lint and the statement lint: `python -m tests.scale.lint`.

Runs on a server of its own that lives as long as the lint.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import asyncpg

import domain
from app.embedded.postgres import embedded_postgres
from domain.migrate import migrate
from domain.sql import queries
from tests.scale.allowed import forbidden, known_names, unneeded
from tests.scale.schema import broken_rules, place
from tests.scale.statements import lint

_DOMAIN = Path(domain.__file__).parent


def named_statements() -> dict[str, str]:
    """Return every named query of the domain as `file name`."""
    statements: dict[str, str] = {}
    for file in sorted(_DOMAIN.rglob("*.sql")):
        path = file.relative_to(_DOMAIN.parent)
        if "migrations" not in path.parts:
            found = queries(".".join(path.parent.parts), path.name)
            statements |= {f"{path.as_posix()} {name}": text for name, text in found.items()}
    return statements


async def problems_of_named(connection: asyncpg.Connection) -> list[str]:
    """Return what is wrong with the domain's queries, and with what they are allowed."""
    findings = await lint(connection, named_statements())
    return [*map(str, forbidden(findings)), *unneeded(findings)]


async def problems_of_captured(dsn: str, texts: Iterable[str]) -> list[str]:
    """Return what is wrong with statements that the application ran."""
    connection = await asyncpg.connect(dsn)
    findings = await lint(connection, known_names(named_statements(), sorted(texts)))
    await connection.close()
    return list(map(str, forbidden(findings)))


async def _problems() -> list[str]:
    with tempfile.TemporaryDirectory(prefix="loyalty-lint-") as directory:
        async with embedded_postgres(Path(directory), durable=False) as dsn:
            await migrate(dsn)
            connection = await asyncpg.connect(dsn)
            await place(connection)
            problems = await broken_rules(connection) + await problems_of_named(connection)
            await connection.close()
    return problems


def main() -> None:
    """Print every problem and fail if there is one."""
    problems = asyncio.run(_problems())
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
