import subprocess
import sys
from pathlib import Path

# aiogram takes seconds and 170 MB to import: whoever does not speak to Telegram must not.
_IMPORT_ALL = """
import importlib, pkgutil, sys
for room in ("domain", "locales", "web", "miniapp", "admin", "app"):
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, f"{room}."):
        importlib.import_module(module.name)
for module in ("bot", "bot.telegram", "bot.telegram.webhook", "bot.telegram.config"):
    importlib.import_module(module)
sys.exit("aiogram" in sys.modules)
"""


def test_no_other_room_loads_aiogram() -> None:
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL], cwd=root, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
