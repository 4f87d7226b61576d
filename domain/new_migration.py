"""Write the migration that the models need: `python -m domain.new_migration [--check] NAME`."""

import asyncio
import sys

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.writer import MigrationWriter, format_migration_name

from domain.db import tortoise_config

# Models are only compared with the history; no server is asked.
_NOWHERE = "postgresql://nobody@localhost/nothing"


async def needed() -> list[MigrationWriter]:
    """Return what the models say and no migration does yet, ready to be written."""
    config = tortoise_config(_NOWHERE)
    async with TortoiseContext() as context:
        await context.init(config=config, init_connections=False)
        if context.apps is None:
            raise RuntimeError("Tortoise found no models")
        return await MigrationAutodetector(context.apps, config["apps"]).changes()


def main(arguments: list[str]) -> None:
    """Write it, or with --check fail if there is one to write."""
    writers = asyncio.run(needed())
    if arguments == ["--check"]:
        if writers:
            changes = ", ".join(str(step.describe()) for step in writers[0].operations)
            sys.exit(f"The models are ahead of the migrations ({changes}): run make migration")
        return
    for writer in writers:
        if arguments:
            number = int(writer.name.split("_", 1)[0])
            writer.name = format_migration_name(number, " ".join(arguments))
        sys.stdout.write(f"{writer.write()}\n")
    if not writers:
        sys.stdout.write("The migrations say all that the models do.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
