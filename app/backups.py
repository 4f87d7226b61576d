"""A backup: one file with the database, the pictures and the key that opens its secrets."""

import asyncio
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from app.embedded.programs import find_postgres
from app.settings import Settings
from domain import db
from domain.ledger import audit
from domain.ledger.audit import Finding
from domain.migrate import create_database, migrate
from domain.restoring import is_empty, make_role, standing

FORMAT: Final = 1
_DUMP, _MANIFEST, _PICTURES, _KEY = "database.dump", "manifest.json", "pictures", "secret_key"
Report = Callable[[str], None]


class BackupError(Exception):
    """A backup could not be made or brought back; the message says why, and what still stands."""


async def back_up(
    settings: Settings, dsn: str, file: Path, *, now: datetime, report: Report
) -> None:
    """Write everything into one new file, whole or not at all.

    Points may be posted meanwhile: the database is dumped as of one instant, and pictures never
    change. Raises BackupError.
    """
    if file.exists():
        raise BackupError(f"{file} exists already. Name a file that does not.")
    draft = file.with_name(f".{file.name}.part")
    with _explained(f"{file} was not written"), _swept(draft), _workplace(file.parent) as place:
        report("dumping the database")
        async with db.opened(dsn, role=None):
            counted = await standing()
        # Whatever is posted between the count and the dump makes the dump the larger one.
        await _run("pg_dump", dsn, "--format=custom", "--no-owner", f"--file={place / _DUMP}")
        manifest = {"format": FORMAT, "made_at": now.isoformat(), **vars(counted)}
        (place / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        report("packing")
        _pack(draft, place, settings.data_dir)
        draft.rename(file)


async def restore(settings: Settings, dsn: str, file: Path, *, report: Report) -> list[Finding]:
    """Bring a backup back into an empty database and audit it; return what the audit finds.

    Nothing is touched unless the file is a backup and the database holds no program. Raises
    BackupError.
    """
    with _explained("nothing was restored"), _workplace(settings.data_dir) as place:
        report("reading the backup")
        manifest = _unpack(file, place)
        await create_database(dsn)
        async with db.opened(dsn, role=None):
            if not await is_empty():
                raise BackupError("This database is in use. Restore into an empty one.")
            await make_role()
        report("restoring the database")
        await _run(
            "pg_restore", dsn, "--no-owner", "--exit-on-error", "--single-transaction",
            "--clean", "--if-exists", str(place / _DUMP),
        )  # fmt: skip
        _bring_back(place, settings.data_dir)
        await migrate(dsn)
        report("auditing")
        async with db.opened(dsn, role=None):
            found = await standing()
            findings = await audit.run(report=report)
    if found.movements < manifest["movements"]:
        raise BackupError(
            f"The backup promises {manifest['movements']} movements and holds {found.movements}."
        )
    return findings


def _pack(draft: Path, place: Path, data_dir: Path) -> None:
    with tarfile.open(draft, "w") as archive:
        os.chmod(draft, 0o600)  # noqa: PTH101 - before the first secret is in it
        for name in (_MANIFEST, _DUMP):
            archive.add(place / name, arcname=name)
        for name in (_KEY, _PICTURES):
            if (data_dir / name).exists():
                archive.add(data_dir / name, arcname=name)


def _unpack(file: Path, place: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file, "r:") as archive:
            # Refuses absolute names, links out of the place, devices.
            archive.extractall(place, filter="data")
        manifest: dict[str, Any] = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        whole = (place / _DUMP).stat().st_size > 0
    except (tarfile.TarError, ValueError, FileNotFoundError, EOFError):
        raise BackupError(f"{file} is not a whole backup of ours.") from None
    if not whole or manifest.get("format") != FORMAT:
        raise BackupError(f"{file} is a backup of another version of the program.")
    return manifest


def _bring_back(place: Path, data_dir: Path) -> None:
    if (place / _PICTURES).exists():
        shutil.copytree(place / _PICTURES, data_dir / _PICTURES, dirs_exist_ok=True)
    # The database was empty, so a key that an earlier start made here has sealed nothing; the
    # environment's wins over both.
    if (place / _KEY).exists():
        shutil.copy2(place / _KEY, data_dir / _KEY)


async def _run(program: str, dsn: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; a password travels in its environment, not its line."""
    parts = urlsplit(dsn)
    plain = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)).geturl()
    environment = os.environ | ({"PGPASSWORD": unquote(parts.password)} if parts.password else {})
    process = await asyncio.create_subprocess_exec(
        str(find_postgres() / program),
        f"--dbname={plain}",
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if process.returncode:
        words = said.decode("utf-8", "replace").strip().splitlines()
        raise BackupError(words[0] if words else f"{program} ended with {process.returncode}")


@contextmanager
def _workplace(beside: Path) -> Iterator[Path]:
    """Yield a directory on the disk that will hold the result, and take it away afterwards."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as place:
        yield Path(place)


@contextmanager
def _swept(draft: Path) -> Iterator[None]:
    try:
        yield
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _explained(outcome: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.strerror or error}; {outcome}.") from error
