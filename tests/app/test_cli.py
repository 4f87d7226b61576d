import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main


def _loyalty(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "command",
    [
        *("run", "web", "worker", "migrate", "audit", "dsn", "sign-in-link"),
        *("admin create", "admin token", "program create"),
    ],
)
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(main, [*command.split(), "--help"])

    assert shown.exit_code == 0
    assert f"Usage: main {command}" in shown.output


def test_a_malformed_variable_ends_with_code_2_and_a_sentence(tmp_path: Path) -> None:
    done = _loyalty("run", PORT="abc", DATA_DIR=str(tmp_path))

    assert done.returncode == 2
    assert done.stderr == "PORT must be a whole number between 1 and 65535, not 'abc'.\n"
    assert done.stdout == ""


def test_w2_nothing_starts_in_webhook_mode_without_its_secret(tmp_path: Path) -> None:
    done = _loyalty("web", TELEGRAM_MODE="webhook", DATA_DIR=str(tmp_path))

    assert done.returncode == 2
    assert done.stderr == "TELEGRAM_WEBHOOK_SECRET must be set when TELEGRAM_MODE is webhook.\n"


def test_an_unreachable_database_ends_with_code_1_and_a_sentence(tmp_path: Path) -> None:
    done = _loyalty("migrate", DATABASE_URL="postgresql://u@127.0.0.1:1/x", DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr == "Nobody answers at DATABASE_URL.\n"


def test_the_address_in_use_is_printed_alone(tmp_path: Path, database: str) -> None:
    assert _loyalty("dsn", DATABASE_URL=database).stdout == f"{database}\n"

    embedded = _loyalty("dsn", DATABASE_URL="", DATA_DIR=str(tmp_path))
    assert embedded.stdout == f"postgresql://postgres@/loyalty?host={tmp_path}/sockets&port=5432\n"
    assert "not running" in embedded.stderr


def test_migrate_makes_the_database_and_the_second_time_nothing(tmp_path: Path) -> None:
    first = _loyalty("migrate", DATA_DIR=str(tmp_path), DATABASE_URL="")
    second = _loyalty("migrate", DATA_DIR=str(tmp_path), DATABASE_URL="")

    assert "0001_initial\n" in first.stdout
    assert second.stdout == "Nothing to do.\n"
    assert (first.returncode, second.returncode) == (0, 0)


def test_an_unknown_program_ends_with_code_1_and_a_sentence(database: str, tmp_path: Path) -> None:
    done = _loyalty(
        *("sign-in-link", "nobody", "--program", "nowhere"),
        DATABASE_URL=database,
        DATA_DIR=str(tmp_path),
    )

    assert done.returncode == 1
    assert done.stderr == "There is nothing here under that address.\n"
