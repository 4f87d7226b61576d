import asyncio

import asyncpg

from domain.migrate import migrate
from domain.new_migration import needed


async def test_processes_that_start_together_migrate_once(empty_database: str) -> None:
    applied = await asyncio.gather(*(migrate(empty_database) for _ in range(3)))

    assert sorted(map(bool, applied)) == [False, False, True]


async def test_a_missing_database_is_made(empty_database: str) -> None:
    absent = empty_database.replace("/test_", "/quán%20")

    assert await migrate(absent)

    connection = await asyncpg.connect(absent)
    assert await connection.fetchval("SELECT count(*) FROM program") == 0
    await connection.close()


async def test_a_migration_that_cannot_be_recorded_is_not_applied(empty_database: str) -> None:
    connection = await asyncpg.connect(empty_database)
    await connection.execute(
        "CREATE TABLE tortoise_migrations ("
        " id serial PRIMARY KEY, app text, name text CHECK (name IS NULL), applied_at timestamptz)"
    )

    failed = await asyncio.gather(migrate(empty_database), return_exceptions=True)

    assert isinstance(failed[0], Exception)
    assert await connection.fetchval("SELECT to_regclass('program')") is None
    await connection.close()


async def test_the_migrations_say_all_that_the_models_do() -> None:
    assert await needed() == []
