import asyncio
from pathlib import Path

import asyncpg
import pytest

from app.backing import UnreachableError, database, key_store
from app.embedded import postgres, redis
from app.embedded.postgres import embedded_postgres
from app.settings import Settings


def _here(tmp_path: Path, **settings: str) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path, **settings})


async def test_a_running_server_is_joined_and_left_running(tmp_path: Path) -> None:
    async with embedded_postgres(tmp_path, durable=False) as running:
        async with database(_here(tmp_path)) as joined:
            assert joined == running

        assert await postgres.answers(running)


async def test_without_one_a_server_runs_for_as_long_as_it_is_needed(tmp_path: Path) -> None:
    async with database(_here(tmp_path)) as dsn:
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SELECT count(*) FROM program") == 0
        await connection.close()

    assert not await postgres.answers(dsn)


async def test_redis_is_joined_or_started_as_well(tmp_path: Path) -> None:
    async with key_store(_here(tmp_path)) as url, key_store(_here(tmp_path)) as joined:
        assert joined == url
        assert await redis.answers(url)

    assert not await redis.answers(url)


async def test_whoever_started_the_server_lets_the_others_finish(tmp_path: Path) -> None:
    first = database(_here(tmp_path))
    dsn = await first.__aenter__()
    second = await asyncpg.connect(dsn)

    leaving = asyncio.create_task(first.__aexit__(None, None, None))
    await asyncio.wait([leaving], timeout=0.2)
    assert await second.fetchval("SELECT 1") == 1
    await second.close()

    await leaving
    assert not await postgres.answers(dsn)


async def test_a_configured_database_is_used_and_nothing_is_started(
    tmp_path: Path, empty_database: str
) -> None:
    async with database(_here(tmp_path, database_url=empty_database)) as dsn:
        assert dsn == empty_database

    assert list(tmp_path.iterdir()) == []


async def test_a_configured_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    nowhere = _here(
        tmp_path,
        database_url="postgresql://u:hunter2@127.0.0.1:1/x",
        redis_url="redis://127.0.0.1:1",
    )

    with pytest.raises(UnreachableError, match=r"^Nobody answers at DATABASE_URL\.$"):
        async with database(nowhere):
            pass
    with pytest.raises(UnreachableError, match=r"^Nobody answers at REDIS_URL\.$"):
        async with key_store(nowhere):
            pass


async def test_a_refused_sign_in_says_so_in_the_servers_words(
    tmp_path: Path, empty_database: str
) -> None:
    stranger = empty_database.replace("postgres@", "stranger@")

    with pytest.raises(UnreachableError, match=r"DATABASE_URL is refused: .*stranger"):
        async with database(_here(tmp_path, database_url=stranger)):
            pass
