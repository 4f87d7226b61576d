"""A program that runs both servers on a directory until it is killed."""

import asyncio
import sys
from pathlib import Path

from app.embedded.postgres import embedded_postgres
from app.embedded.redis import embedded_redis


async def _keep(directory: Path) -> None:
    async with (
        embedded_postgres(directory) as dsn,
        embedded_redis(directory) as url,
    ):
        sys.stdout.write(f"{dsn}\n{url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_keep(Path(sys.argv[1])))
