import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from app.embedded.claims import EmbeddedServerError, InUseError
from app.embedded.postgres import address, embedded_postgres
from tests.app.life import alive_with, until

_KEEP_SERVERS = [sys.executable, "-m", "tests.app.embedded.keep_servers"]
_AS_ORDINARY_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


async def _ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


@contextmanager
def _kept_by_another_process(directory: Path, *, prefix: list[str]) -> Iterator[tuple[int, str]]:
    with subprocess.Popen(
        [*prefix, *_KEEP_SERVERS, str(directory)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        dsn = process.stdout.readline().strip()
        assert process.stdout.readline().startswith("unix://")
        yield process.pid, dsn
        process.kill()


async def test_data_survives_a_restart(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path, durable=False) as dsn:
        await _ask(dsn, "CREATE TABLE kept AS SELECT 1 AS one")

    async with embedded_postgres(tmp_path, durable=False) as dsn:
        assert await _ask(dsn, "SELECT one FROM kept") == 1


async def test_what_is_committed_is_on_disk_unless_a_test_asks_for_haste(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path) as dsn:
        assert await _ask(dsn, "SHOW fsync") == "on"
        assert await _ask(dsn, "SHOW synchronous_commit") == "on"
        assert await _ask(dsn, "SHOW full_page_writes") == "on"


async def test_only_its_owner_reaches_it_and_by_no_port(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path, durable=False) as dsn:
        assert await _ask(dsn, "SHOW listen_addresses") == ""
        sockets = Path(str(await _ask(dsn, "SHOW unix_socket_directories")))

    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "postgres").stat().st_mode) == 0o700


async def test_vietnamese_letters_have_a_lower_case(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path, durable=False) as dsn:
        assert await _ask(dsn, "SELECT lower('ĐẶNG ƯỚC')") == "đặng ước"


@pytest.mark.parametrize("name", ["d" * 120, "quán, cà phê's"], ids=["deep", "odd letters"])
@pytest.mark.usefixtures("short_temporary_directory")
async def test_it_starts_wherever_its_data_lies(tmp_path: Path, name: str) -> None:
    async with embedded_postgres(tmp_path / name, durable=False) as dsn:
        assert await _ask(dsn, "SELECT 1") == 1


async def test_a_second_process_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path, durable=False):
        with pytest.raises(InUseError, match=f"Another process is using {tmp_path}"):
            async with embedded_postgres(tmp_path, durable=False, patience=0):
                pass


@pytest.mark.parametrize(
    "prefix",
    [
        pytest.param([], id="as we are"),
        pytest.param(
            _AS_ORDINARY_USER,
            id="as an ordinary user",
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="we are one already"),
        ),
    ],
)
async def test_a_killed_owner_leaves_no_server_and_the_next_one_starts(
    tmp_path: Path, prefix: list[str]
) -> None:
    with _kept_by_another_process(tmp_path, prefix=prefix) as (pid, dsn):
        await _ask(dsn, "CREATE TABLE kept AS SELECT 1 AS one")
        os.kill(pid, signal.SIGKILL)

        async with embedded_postgres(tmp_path, durable=False) as again:
            assert await _ask(again, "SELECT one FROM kept") == 1

    await until(lambda: not alive_with(str(tmp_path)))


async def test_a_crashed_server_is_started_again(tmp_path: Path) -> None:
    with _kept_by_another_process(tmp_path, prefix=[]) as (_, dsn):
        await _ask(dsn, "CREATE TABLE kept AS SELECT 1 AS one")
        postmaster = int((tmp_path / "postgres/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)

    async with embedded_postgres(tmp_path, durable=False) as again:
        assert await _ask(again, "SELECT one FROM kept") == 1


async def test_a_stale_process_number_that_is_somebody_elses_now_is_no_obstacle(
    tmp_path: Path,
) -> None:
    async with embedded_postgres(tmp_path, durable=False):
        numbers = (tmp_path / "postgres/postmaster.pid").read_text().splitlines()
    numbers[0] = str(os.getpid())
    (tmp_path / "postgres/postmaster.pid").write_text("\n".join(numbers))

    async with embedded_postgres(tmp_path, durable=False) as dsn:
        assert await _ask(dsn, "SELECT 1") == 1


async def test_an_interrupted_first_start_is_made_good(tmp_path: Path) -> None:
    (tmp_path / "postgres.unfinished").mkdir()
    (tmp_path / "postgres.unfinished/PG_VERSION").write_text("18")

    async with embedded_postgres(tmp_path, durable=False) as dsn:
        assert await _ask(dsn, "SELECT 1") == 1


async def test_unusable_data_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir(mode=0o700)

    with pytest.raises(EmbeddedServerError, match="PostgreSQL did not start"):
        async with embedded_postgres(tmp_path, durable=False):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a namespace")
async def test_root_without_user_namespaces_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = tmp_path / "unshare"
    refusing.write_text("#!/bin/sh\necho 'Operation not permitted' >&2; exit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(EmbeddedServerError, match=r"not permitted.*ordinary user.*DATABASE_URL"):
        async with embedded_postgres(tmp_path / "data", durable=False):
            pass


async def test_chosen_programs_that_are_not_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_BIN", "/nowhere")

    with pytest.raises(EmbeddedServerError, match=r"POSTGRES_BIN .*/nowhere"):
        async with embedded_postgres(tmp_path, durable=False):
            pass


async def test_surroundings_meant_for_other_programs_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATABASE", "other")
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")

    async with embedded_postgres(tmp_path, durable=False) as dsn:
        assert dsn == address(tmp_path)
        assert await _ask(dsn, "SELECT current_database()::text") == "loyalty"
