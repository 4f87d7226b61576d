"""A backup brings everything back, or says why it does not."""

import tarfile
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from app.backups import BackupError, back_up, restore
from app.settings import Settings
from domain import db
from domain.ledger.closing import close_days
from domain.programs import by_slug
from tests.clock import FixedClock
from tests.conftest import copy_of
from tests.factories import a_member, a_program


def _told(_step: str) -> None:
    """Tell nobody."""


@pytest.fixture
async def file(database: str, clock: FixedClock, tmp_path: Path) -> Path:
    """A backup of a program with two members and a picture."""
    async with db.opened(database):
        program = await a_program(slug="moc")
        for _ in range(2):
            await a_member(program)
    home = tmp_path / "before"
    (home / "pictures" / "aa").mkdir(parents=True)
    (home / "pictures" / "aa" / "one.webp").write_bytes(b"a picture")
    (home / "secret_key").write_text("the key that sealed what is in the backup")
    made = tmp_path / "moc.backup"
    await back_up(Settings(data_dir=home), database, made, now=clock.now(), report=_told)
    return made


async def _movements(dsn: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("select * from movement order by customer_id, seq")
    await connection.close()
    return [tuple(row.values()) for row in rows]


async def test_everything_comes_back_and_the_audit_finds_nothing(
    file: Path, database: str, postgres: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path / "after")
    async with copy_of("template0", postgres) as empty:
        assert await restore(settings, empty, file, report=_told) == []

        assert await _movements(empty) == await _movements(database)
    assert (tmp_path / "after/pictures/aa/one.webp").read_bytes() == b"a picture"
    assert file.stat().st_mode & 0o077 == 0


async def test_a_restored_program_goes_on(
    file: Path, postgres: str, clock: FixedClock, tmp_path: Path
) -> None:
    async with copy_of("template0", postgres) as empty:
        await restore(Settings(data_dir=tmp_path / "after"), empty, file, report=_told)
        async with db.opened(empty):
            await a_member(await by_slug("moc"), now=clock.now())
            clock.advance(timedelta(days=3))
            assert await close_days(clock.now()) > 0


async def test_the_key_comes_back_that_opens_what_came_back(
    file: Path, postgres: str, tmp_path: Path
) -> None:
    home = tmp_path / "after"
    home.mkdir()
    (home / "secret_key").write_text("made when the empty program was started")
    async with copy_of("template0", postgres) as empty:
        await restore(Settings(data_dir=home), empty, file, report=_told)

    assert (home / "secret_key").read_text() == "the key that sealed what is in the backup"


async def test_a_database_in_use_is_left_alone(file: Path, database: str, tmp_path: Path) -> None:
    before = await _movements(database)

    with pytest.raises(BackupError, match="in use"):
        await restore(Settings(data_dir=tmp_path / "after"), database, file, report=_told)

    assert await _movements(database) == before
    assert not (tmp_path / "after/pictures").exists()


@pytest.mark.parametrize("spoil", ["empty", "cut", "foreign", "escaping"])
async def test_what_is_no_backup_changes_nothing(
    spoil: str, file: Path, postgres: str, tmp_path: Path
) -> None:
    spoilt, whole = tmp_path / "spoilt", file.read_bytes()
    if spoil == "escaping":
        with tarfile.open(spoilt, "w") as archive:
            archive.add(file, arcname="../../escaped")
    else:
        spoilt.write_bytes({"empty": b"", "cut": whole[:1500], "foreign": b"PK\3\4" * 999}[spoil])
    async with copy_of("template0", postgres) as empty:
        with pytest.raises(BackupError):
            await restore(Settings(data_dir=tmp_path / "after"), empty, spoilt, report=_told)

        connection = await asyncpg.connect(empty)
        assert await connection.fetchval("select to_regclass('program')") is None
        await connection.close()
    assert not (tmp_path.parent / "escaped").exists()


async def test_no_file_is_written_over(
    file: Path, database: str, clock: FixedClock, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="exists already"):
        await back_up(Settings(data_dir=tmp_path), database, file, now=clock.now(), report=_told)


async def test_half_a_backup_is_no_file(
    clock: FixedClock, tmp_path: Path, empty_database: str
) -> None:
    wanted = tmp_path / "never"

    with pytest.raises(asyncpg.UndefinedTableError):
        await back_up(
            Settings(data_dir=tmp_path), empty_database, wanted, now=clock.now(), report=_told
        )

    assert list(tmp_path.iterdir()) == []
