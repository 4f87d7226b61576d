"""What is deployed is whole: the image holds every room, the environment every variable."""

import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = (ROOT / "deploy/example.env").read_text()


def test_the_image_holds_every_room_that_is_installed() -> None:
    packaged = re.search(r"packages = \[(.+)\]", (ROOT / "pyproject.toml").read_text())
    assert packaged

    rooms = re.findall(r'"(\w+)"', packaged[1])

    assert [room for room in rooms if f"COPY {room} {room}\n" not in DOCKERFILE] == []


def test_nothing_runs_as_root_and_data_lies_in_a_volume() -> None:
    final = DOCKERFILE.rsplit("\nFROM ", 1)[1]

    assert "\nUSER loyalty\n" in final
    assert "\nVOLUME /data\n" in final
    assert COMPOSE.count("read_only: true") == 2


def test_every_variable_of_the_deployment_is_one_of_ours() -> None:
    ours = {name.upper() for name in Settings.model_fields}
    theirs = {"OWNER_PASSWORD", "APPLICATION_PASSWORD", "DOMAIN", "BIND"}

    used = set(re.findall(r"\$\{(\w+)", COMPOSE))
    named = set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))

    assert used - ours - theirs == set()
    assert named - ours - theirs == set()
    # Whoever fills in the example has all that must be filled in.
    assert set(re.findall(r"\$\{(\w+):\?", COMPOSE)) <= named


def test_every_variable_is_explained_to_operators() -> None:
    guide = (ROOT / "docs/operate.md").read_text()

    missing = [name for name in Settings.model_fields if f"`{name.upper()}`" not in guide]

    assert missing == []
