"""Logs are for machines to read, and hold nothing that opens a door."""

import json
import logging

import pytest

from app import logs
from app.logs import blotted
from tests.peers.bot_api import TOKEN

SECRETS = [
    (f"POST https://api.telegram.org/bot{TOKEN}/sendMessage", TOKEN.partition(":")[2]),
    ("Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnop"),
    ("tma query_id=AAHdF6IQAAAAAN0XohDhrOrc&hash=b803266967ba", "b803266967ba"),
    ("/admin/sign-in?signin=Zm9vYmFyYmF6cXV4", "Zm9vYmFyYmF6cXV4"),
    ("postgresql://loyalty:s3cr3t-w0rd@db/loyalty refused", "s3cr3t-w0rd"),
    ("token loyalty_admin_Zm9vYmFyYmF6cXV4 revoked", "Zm9vYmFyYmF6cXV4"),
]


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_no_secret_stays_in_a_line(line: str, secret: str) -> None:
    assert secret in line
    assert secret not in blotted(line)


def test_a_line_without_secrets_stays_as_it_is() -> None:
    line = "request 01a20ead failed at /p/{program}/app in 12:30:05, 3 of 10 done"

    assert blotted(line) == line


def test_a_machine_reads_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    logs.configure(machine=True)
    try:
        raise ValueError(f"https://x/bot{TOKEN}/getMe")
    except ValueError:
        logging.getLogger("app").exception("it failed for %s", "Ngọc Ánh")
    finally:
        logging.getLogger().handlers[:] = before

    said = json.loads(capsys.readouterr().err)

    assert (said["event"], said["level"], said["logger"]) == (
        "it failed for Ngọc Ánh",
        "error",
        "app",
    )
    assert "Traceback" in said["exception"]
    assert TOKEN.partition(":")[2] not in json.dumps(said)
