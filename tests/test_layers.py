import subprocess
import sys

_IMPORT_EVERYTHING_BUT_THE_BOT = """
import importlib, pkgutil, sys
for room in ("app", "miniapp", "admin", "web", "locales", "domain"):
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, f"{room}."):
        importlib.import_module(module.name)
sys.exit("aiogram" in sys.modules)
"""


def test_only_the_bot_pays_for_importing_aiogram() -> None:
    done = subprocess.run([sys.executable, "-c", _IMPORT_EVERYTHING_BUT_THE_BOT], check=False)

    assert done.returncode == 0


def test_asking_for_help_loads_no_room() -> None:
    code = (
        "import app.cli, sys; sys.exit(bool({'pydantic', 'asyncpg', 'aiohttp'} & {*sys.modules}))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
