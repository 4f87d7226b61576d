import os
import stat
from pathlib import Path

import pytest

from app.settings import SettingsError, read_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_configured_is_a_trial_here(tmp_path: Path) -> None:
    settings = read_settings()

    assert settings.address == "http://127.0.0.1:8080"
    assert settings.data_dir == tmp_path / ".data"
    assert settings.wants_demo


@pytest.mark.parametrize(
    ("_case", "name", "value", "sentence"),
    [
        ("words", "PORT", "abc", "a whole number between 1 and 65535, not 'abc'."),
        ("too high", "PORT", "65536", "a whole number between 1 and 65535, not '65536'."),
        ("space", "HOST", "a b", "a host name or IP address, not 'a b'."),
        ("no scheme", "PUBLIC_URL", "x.vn", "an http or https address without a path, not 'x.vn'."),
        ("a file", "DATA_DIR", "/dev/null", "a directory that we may write, not '/dev/null'."),
        ("neither", "TELEGRAM_MODE", "push", "webhook or polling, not 'push'."),
        ("none", "WEB_PROCESSES", "0", "a whole number between 1 and 64, not '0'."),
        ("maybe", "DEMO", "maybe", "0 or 1, not 'maybe'."),
        ("words", "ZALO_OA_ID", "abc", "a number, not 'abc'."),
    ],
)
def test_a_malformed_value_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, _case: str, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        read_settings()

    assert str(refused.value) == f"{name} must be {sentence}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://u:hunter2@h/x"),
        ("DATABASE_URL", "postgresql://u:hunter2@h:99999/x"),
        ("REDIS_URL", "hunter2"),
        ("SECRET_KEY", "hunter2"),
        ("TELEGRAM_BOT_TOKEN", "hunter2"),
        ("TELEGRAM_WEBHOOK_SECRET", "hunter2 hunter2"),
        ("SMTP_URL", "http://u:hunter2@h"),
    ],
)
def test_a_malformed_secret_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=rf"^{name} must be .*\.$") as refused:
        read_settings()

    assert "hunter2" not in str(refused.value)


def test_secrets_do_not_appear_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:hunter2")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:hunter2@h/x")

    assert "hunter2" not in repr(read_settings())


def test_w2_webhook_mode_without_its_secret_refuses_to_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:ABC")
    monkeypatch.setenv("TELEGRAM_MODE", "webhook")

    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET must be set"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://h/x"),
        ("TELEGRAM_BOT_TOKEN", "123456:ABC"),
        ("PUBLIC_URL", "https://loyalty.example.com"),
    ],
)
def test_a_configured_deployment_gets_no_demo_unless_it_asks(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert not read_settings().wants_demo

    monkeypatch.setenv("DEMO", "1")
    assert read_settings().wants_demo


def test_where_we_listen_does_not_make_it_less_of_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "9000")

    assert read_settings().wants_demo
    assert read_settings().address == "http://localhost:9000"


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")

    assert read_settings().port == 8080
    assert read_settings().database_url is None


def test_the_signing_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = read_settings().signing_key()

    assert read_settings().signing_key() == first
    assert len(first) >= 32
    [file] = (tmp_path / ".data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_configured_signing_key_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef")

    assert read_settings().signing_key() == "0123456789abcdef"
    assert not (tmp_path / ".data").exists()
