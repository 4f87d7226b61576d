"""A program's terms: what customers accept, every wording of it kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.errors import InvalidInput
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.setup", "setup.sql")
LOCALES: Final = ("vi", "en")
LENGTH_MAX: Final = 20_000


@dataclass(frozen=True)
class Wording:
    """One version of the terms; `published_by` is None if the operator did it."""

    version: int
    texts: dict[str, str]
    published_at: datetime
    published_by: str | None


async def publish(program: Program, texts: dict[str, str], *, by: Staff, now: datetime) -> int:
    """Show these terms to whoever joins from now on; return the version they are.

    Members keep the version that they accepted. Publishing what is in force already makes no
    new version. Raises InvalidInput for a missing or endless text.
    """
    cleaned = {locale: _cleaned(texts.get(locale, "")) for locale in LOCALES}
    async with db.transaction() as connection:
        await connection.execute(SQL["lock_program"], program.id)
        await program.refresh_from_db()
        if program.terms == cleaned:
            return program.terms_version
        # The words that a new program comes with are ours and were never published.
        version = program.terms_version + 1 if program.terms else program.terms_version
        program.update_from_dict({"terms": cleaned, "terms_version": version})
        await program.save(update_fields=["terms", "terms_version"])
        actor = f"staff:{by.id}"
        await connection.execute(SQL["publish_terms"], program.id, version, cleaned, now, actor)
        await audit.record("terms_published", now=now, by=by, version=version)
    return version


async def versions(program: Program) -> list[Wording]:
    """Return every wording, the newest first."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["terms_versions"], program.id)
    return [Wording(**dict(row)) for row in rows]


def _cleaned(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    cleaned = "\n".join(lines).strip()
    if not cleaned:
        raise InvalidInput("the terms are needed in both languages")
    if len(cleaned) > LENGTH_MAX or "\0" in cleaned:
        raise InvalidInput("the terms have at most 20,000 characters")
    return cleaned
