import asyncpg

from domain.health import is_ready


async def test_a_database_at_our_schema_is_ready(opened: str) -> None:
    assert await is_ready()


async def test_a_database_that_lacks_a_migration_is_not_ready(opened: str) -> None:
    owner = await asyncpg.connect(opened)
    await owner.execute("delete from tortoise_migrations")
    await owner.close()

    assert not await is_ready()
