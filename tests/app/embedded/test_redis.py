import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis

from app.embedded.claims import EmbeddedServerError, InUseError
from app.embedded.redis import embedded_redis
from tests.app.life import alive_with, until


async def test_data_survives_a_restart(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url, Redis.from_url(url) as client:
        await client.set("kept", "1")

    async with embedded_redis(tmp_path) as url, Redis.from_url(url) as client:
        assert await client.get("kept") == b"1"


async def test_only_its_owner_reaches_it_and_by_no_port(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path) as url, Redis.from_url(url) as client:
        assert await client.config_get("port") == {"port": "0"}
        assert stat.S_IMODE((tmp_path / "sockets").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["d" * 120, "quán, cà phê's"], ids=["deep", "odd letters"])
@pytest.mark.usefixtures("short_temporary_directory")
async def test_it_starts_wherever_its_data_lies(tmp_path: Path, name: str) -> None:
    async with embedded_redis(tmp_path / name) as url, Redis.from_url(url) as client:
        assert await client.ping()


async def test_a_second_process_on_the_same_data_is_refused(tmp_path: Path) -> None:
    async with embedded_redis(tmp_path):
        with pytest.raises(InUseError):
            async with embedded_redis(tmp_path, patience=0):
                pass


async def test_a_killed_owner_leaves_no_server_and_the_next_one_starts(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.app.embedded.keep_servers", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        async with Redis.from_url(process.stdout.readline().strip()) as client:
            await client.set("kept", "1")
        os.kill(process.pid, signal.SIGKILL)

        async with embedded_redis(tmp_path) as url, Redis.from_url(url) as client:
            assert await client.get("kept") == b"1"

    await until(lambda: not alive_with(str(tmp_path)))


async def test_unusable_data_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis/appendonly.aof").write_text("nonsense\n")
    (tmp_path / "redis/appendonlydir").write_text("nonsense\n")

    with pytest.raises(EmbeddedServerError, match="Redis did not start"):
        async with embedded_redis(tmp_path):
            pass
