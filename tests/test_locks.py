"""What `make lock` writes must hold on every machine, wherever its packages come from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", [*PYTHON_LOCKS, ROOT / "package-lock.json"], ids=lambda p: p.name)
def test_a_lock_names_no_host(lock: Path) -> None:
    assert "://" not in lock.read_text("utf-8")


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda p: p.name)
def test_every_pinned_package_has_its_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())

    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_every_dependency_is_in_the_lock() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    locked = (ROOT / "requirements.lock").read_text("utf-8")

    names = [re.split(r"[\[<>=]", line)[0] for line in wanted]
    assert [name for name in names if f"\n{name}==" not in f"\n{locked}"] == []


def test_every_file_for_the_browser_has_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]

    assert all(place == "" or "integrity" in package for place, package in packages.items())
