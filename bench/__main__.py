"""`python -m bench`: a table of ratios, in less than five minutes."""

import argparse
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import uvloop

from bench.endpoint import EndpointError, endpoint, key_store
from bench.limit import PgbenchError, find_pgbench, pgbench
from bench.posting import statements, verbs
from bench.rounds import Figure, run
from bench.scene import Scene, scene
from bench.table import table

LIMIT = "the posting limit: pgbench, our function"


@asynccontextmanager
async def figures(built: Scene) -> AsyncIterator[Sequence[Figure]]:
    """Start what is measured and yield the figures in the order of the table."""

    async def limit(seconds: float) -> float:
        return await pgbench(built, seconds, accounts=built.accounts)

    async def verb(seconds: float) -> float:
        return await verbs(built, seconds, accounts=built.accounts)

    async def hot(seconds: float) -> float:
        return await pgbench(built, seconds, accounts=1)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(key_store(built))
        alone = await stack.enter_async_context(statements(built))
        one = await stack.enter_async_context(endpoint(built, 1))
        two = await stack.enter_async_context(endpoint(built, 2))
        yield (
            Figure("the statement alone, from Python", alone.posting, limit, least=0.70),
            Figure("the verb in its transaction", verb, limit, least=0.45),
            Figure("the award endpoint, 1 process", one.claiming, limit, least=0.22),
            Figure("the award endpoint, 2 processes", two.claiming, limit, least=0.33),
            Figure("the hot account: all clients on one", hot, limit, least=0.25),
            Figure("a replay, in time of a post", alone.replaying, alone.posting, most=1.50),
        )


async def report(*, accounts: int, clients: int, rounds: int, seconds: float) -> str:
    """Build the scene, measure, and return the table."""
    async with scene(accounts=accounts, clients=clients) as built, figures(built) as wanted:
        return table(await run(wanted, rounds=rounds, seconds=seconds), LIMIT)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--accounts", type=int, default=20_000)
    chosen = parser.parse_args()
    try:
        print(f"{os.cpu_count()} cores, {find_pgbench()}, durable; this takes four minutes.")
        print(uvloop.run(report(**vars(chosen))))
    except (PgbenchError, EndpointError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
