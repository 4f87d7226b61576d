import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from domain.customers.enrolment import Identity
from tests.factories import a_program, a_visitor


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
        *("admin create", "admin token", "program create", "program list"),
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


def test_a_program_that_is_not_there_is_said_with_those_that_are(
    database: str, tmp_path: Path
) -> None:
    here = {"DATABASE_URL": database, "DATA_DIR": str(tmp_path)}

    none = _loyalty("sign-in-link", "7", **here)
    _loyalty("program", "create", "club", **here)
    nowhere = _loyalty("sign-in-link", "7", "--program", "nowhere", **here)

    assert (none.returncode, nowhere.returncode) == (1, 1)
    assert none.stderr == "There is no program yet; make one: loyalty program create SLUG.\n"
    assert nowhere.stderr == "There is no program 'nowhere'; there is club.\n"


def test_of_several_programs_one_has_to_be_named(database: str, tmp_path: Path) -> None:
    here = {"DATABASE_URL": database, "DATA_DIR": str(tmp_path)}
    _loyalty("program", "create", "tea", "--name", "Trà Sen", **here)
    alone = _loyalty("admin", "create", "lan", **here)
    _loyalty("program", "create", "club", **here)

    unnamed = _loyalty("admin", "create", "lan", **here)
    named = _loyalty("admin", "create", "lan", "--program", "club", **here)
    listed = _loyalty("program", "list", **here)

    assert alone.returncode == named.returncode == 0
    assert unnamed.stdout == ""
    assert unnamed.stderr == ("There are several programs; add --program with one of club, tea.\n")
    assert listed.stdout == "tea\tTrà Sen\tno bot\nclub\tclub\tno bot\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Club!"], "An address has 2 to 63 small letters, digits and hyphens.\n"),
        (["club", "--name", " "], "A program has a name.\n"),
        (
            ["club", "--zone", "Asia/Saigon2"],
            "There is no such time zone; one is Asia/Ho_Chi_Minh.\n",
        ),
        (["club", "--currency", "ZZZ"], "There is no currency 'ZZZ'; one is VND.\n"),
        (["club", "--currency", "vnd"], "There is no currency 'vnd'; one is VND.\n"),
        (["club", "--point-value", "a lot"], "--point-value must be a number, not 'a lot'.\n"),
        (["club", "--point-value", "nan"], "--point-value must be a number, not 'nan'.\n"),
        (["club", "--point-value", "-1"], "A point is worth between 0 and 1,000,000.\n"),
    ],
)
def test_what_makes_no_program_is_said_in_a_sentence(
    database: str, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    done = _loyalty("program", "create", *arguments, DATABASE_URL=database, DATA_DIR=str(tmp_path))

    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


def test_an_operator_makes_a_program_with_an_owner_and_a_token(
    database: str, tmp_path: Path
) -> None:
    here = {"DATABASE_URL": database, "DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://club.vn"}

    made = _loyalty("program", "create", "club", **here)
    owner = _loyalty("admin", "create", "lan@club.vn", "--program", "club", **here)
    token = _loyalty("admin", "token", "till", "--program", "club", **here)
    again = _loyalty("admin", "create", "lan@club.vn", "--program", "club", **here)

    bad = _loyalty("admin", "create", "l", **here)

    assert (bad.returncode, bad.stderr.count("\n")) == (1, 1)
    assert bad.stderr.startswith("A login has 2 to 64 letters")
    assert made.stdout == "https://club.vn/p/club/app\n"
    assert "loyalty admin create LOGIN --program club" in made.stderr
    assert owner.stdout.startswith("https://club.vn/admin/sign-in#")
    assert token.stdout.startswith("loyalty_admin_")
    assert (again.returncode, again.stderr) == (1, "The login lan@club.vn is taken.\n")


def test_a_ledger_without_findings_passes_the_audit(database: str, tmp_path: Path) -> None:
    done = _loyalty("audit", DATABASE_URL=database, DATA_DIR=str(tmp_path))

    assert (done.returncode, done.stdout) == (0, "0 findings\n")


async def test_a_customer_is_found_by_id_or_telegram_number(opened: str, tmp_path: Path) -> None:
    program = await a_program(slug="club")
    customer = await a_visitor(program, identity=Identity("telegram", "70001"))
    here = {"DATABASE_URL": opened, "DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://club.vn"}

    for said in ("70001", str(customer.customer_id)):
        done = _loyalty("sign-in-link", said, "--program", "club", **here)
        assert done.stdout.startswith("https://club.vn/p/club/app#signin=")

    for stranger in ("70002", "Ngọc", "0198c6d4-0000-7000-8000-000000000000"):
        done = _loyalty("sign-in-link", stranger, "--program", "club", **here)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1


def test_a_program_is_made_once(database: str, tmp_path: Path) -> None:
    here = {"DATABASE_URL": database, "DATA_DIR": str(tmp_path)}

    _loyalty("program", "create", "club", **here)
    again = _loyalty("program", "create", "club", **here)

    assert again.returncode == 1
    assert again.stderr == "Another program has the address club.\n"
