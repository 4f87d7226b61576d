"""PostgreSQL and Redis as configured, or embedded where nothing is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial

from app.embedded import postgres, redis
from app.embedded.claims import InUseError
from app.settings import Settings
from domain.migrate import migrate

_PATIENCE = 30.0


class UnreachableError(Exception):
    """A server that we were told to use does not let us in; the message says which."""


async def reach_database(url: str) -> str:
    """Return the address again once its server lets us in."""
    try:
        if await postgres.answers(url):
            return url
    except postgres.RefusedError as error:
        raise UnreachableError(f"DATABASE_URL is refused: {error}.") from error
    raise UnreachableError("Nobody answers at DATABASE_URL.")


async def reach_redis(url: str) -> str:
    """Return the address again once its server lets us in."""
    if await redis.answers(url):
        return url
    raise UnreachableError("Nobody answers at REDIS_URL.")


@asynccontextmanager
async def database(settings: Settings, *, current: bool = True) -> AsyncIterator[str]:
    """Yield the owner's address of the database.

    The embedded server is joined where `loyalty run` or another command has it running, and
    otherwise started, brought up to date if it is to be `current`, and stopped again by us.
    """
    if settings.database_url:
        yield await reach_database(settings.database_url)
        return
    start = partial(postgres.embedded_postgres, settings.data_dir, patience=0, lingering=True)
    async with AsyncExitStack() as stack:
        address = postgres.address(settings.data_dir)
        if await _started(stack, address, postgres.answers, start) and current:
            await migrate(address)
        yield address


@asynccontextmanager
async def key_store(settings: Settings) -> AsyncIterator[str]:
    """Yield the address of Redis, joined or started as the database is."""
    if settings.redis_url:
        yield await reach_redis(settings.redis_url)
        return
    start = partial(redis.embedded_redis, settings.data_dir, patience=0)
    async with AsyncExitStack() as stack:
        address = redis.address(settings.data_dir)
        await _started(stack, address, redis.answers, start)
        yield address


async def _started(
    stack: AsyncExitStack,
    address: str,
    answers: Callable[[str], Awaitable[bool]],
    start: Callable[[], AbstractAsyncContextManager[str]],
) -> bool:
    """Tell whether the server is ours now; if not, it answers and is another process's."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + _PATIENCE
    while not await answers(address):
        try:
            await stack.enter_async_context(start())
        except InUseError:  # its owner is only just starting it, or is about to end
            if clock() >= deadline:
                raise
            await asyncio.sleep(0.1)
        else:
            return True
    return False
