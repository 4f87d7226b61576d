"""What the environment says: every variable, checked before anything starts."""

import os
import secrets
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where any of these is set, somebody means it, and invented customers would be in the way.
_BEYOND_A_TRIAL = {
    "public_url",
    "database_url",
    "redis_url",
    "telegram_bot_token",
    "zalo_app_id",
    "zalo_oa_id",
    "smtp_url",
}


class SettingsError(Exception):
    """One variable is missing or malformed; the message is one sentence that says which."""


def _address(*schemes: str, path: bool = True) -> AfterValidator:
    def check(value: str) -> str:
        parts = urlsplit(value)
        # A port that is no number is found out only by asking for it.
        located = parts.port or parts.hostname or parts.path
        bare = path or not (parts.path.strip("/") or parts.query or parts.fragment)
        if parts.scheme not in schemes or not located or not bare:
            raise ValueError(value)
        return value.rstrip("/")

    return AfterValidator(check)


def _directory(value: Path) -> Path:
    place = value.expanduser().absolute()
    nearest = next(parent for parent in (place, *place.parents) if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise ValueError(value)
    return place.resolve()


Web = Annotated[str, _address("http", "https")]
Digits = Annotated[str, Field(pattern=r"^\d+$")]


class Settings(BaseSettings):
    """Our environment. A description completes `NAME must be …`; `repr=False` hides a secret."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", pattern=r"^[\w.:-]+$", description="a host name or IP address")
    port: int = Field(8080, ge=1, le=65535, description="a whole number between 1 and 65535")
    public_url: Annotated[str, _address("http", "https", path=False)] | None = Field(
        None, description="an http or https address without a path"
    )
    data_dir: Annotated[Path, AfterValidator(_directory)] = Field(
        Path(".data"), validate_default=True, description="a directory that we may write"
    )
    database_url: Annotated[str, _address("postgresql", "postgres")] | None = Field(
        None, repr=False, description="an address such as postgresql://user:password@host/name"
    )
    redis_url: Annotated[str, _address("redis", "rediss", "unix")] | None = Field(
        None, repr=False, description="an address such as redis://host:6379/0"
    )
    secret_key: str | None = Field(
        None, repr=False, min_length=16, description="at least 16 characters long"
    )
    telegram_bot_token: str | None = Field(
        None,
        repr=False,
        pattern=r"^[0-9]{1,18}:[A-Za-z0-9_-]{1,128}$",
        description="a token such as 123456:ABC-def",
    )
    telegram_api_url: Web = Field(
        "https://api.telegram.org", description="an http or https address"
    )
    telegram_login_issuer: Web = Field(
        "https://oauth.telegram.org", description="an http or https address"
    )
    telegram_mode: Literal["webhook", "polling"] = Field(
        "polling", description="webhook or polling"
    )
    telegram_webhook_secret: str | None = Field(
        None,
        repr=False,
        pattern=r"^[A-Za-z0-9_-]{1,256}$",
        description="1 to 256 letters, digits, hyphens and underscores",
    )
    zalo_app_id: Digits | None = Field(None, description="a number")
    zalo_app_secret: str | None = Field(None, repr=False)
    zalo_oa_id: Digits | None = Field(None, description="a number")
    zalo_oa_secret: str | None = Field(None, repr=False)
    zalo_graph_url: Web = Field("https://graph.zalo.me", description="an http or https address")
    zalo_oauth_url: Web = Field("https://oauth.zaloapp.com", description="an http or https address")
    zalo_openapi_url: Web = Field("https://openapi.zalo.me", description="an http or https address")
    smtp_url: Annotated[str, _address("smtp", "smtps")] | None = Field(
        None, repr=False, description="an address such as smtp://user:password@host:587"
    )
    worker_port: int | None = Field(
        None, ge=1, le=65535, description="a whole number between 1 and 65535"
    )
    web_processes: int = Field(1, ge=1, le=64, description="a whole number between 1 and 64")
    trusted_proxies: str = Field(
        "", pattern=r"^[0-9a-fA-F.:/, ]*$", description="a list of networks such as 10.0.0.0/8"
    )
    customer_burst: int = Field(
        100, ge=1, le=100_000, description="a whole number between 1 and 100000"
    )
    sign_ins_per_minute: int = Field(
        60, ge=1, le=100_000, description="a whole number between 1 and 100000"
    )
    demo: bool | None = Field(None, description="0 or 1")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in value.replace(",", " ").split():
            ip_network(part)
        return value

    @model_validator(mode="after")
    def _fail_closed(self) -> Self:
        if self.telegram_mode == "webhook" and not self.telegram_webhook_secret:
            raise SettingsError(
                "TELEGRAM_WEBHOOK_SECRET must be set when TELEGRAM_MODE is webhook."
            )
        return self

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The peers whose word about their own peer is believed."""
        return tuple(ip_network(part) for part in self.trusted_proxies.replace(",", " ").split())

    @property
    def address(self) -> str:
        """Where customers and staff reach us, without a slash at its end."""
        here = {"0.0.0.0": "localhost", "::": "localhost"}.get(self.host, self.host)  # noqa: S104
        bracketed = f"[{here}]" if ":" in here else here
        return self.public_url or f"http://{bracketed}:{self.port}"

    @property
    def wants_demo(self) -> bool:
        """Whether the first start makes the demo program: if told so, or if nothing else is."""
        return self.demo if self.demo is not None else not self.model_fields_set & _BEYOND_A_TRIAL

    @property
    def pictures(self) -> Path:
        """Where pictures lie; web and worker share it."""
        return self.data_dir / "pictures"

    def signing_key(self) -> str:
        """Return the key that signs what we hand out, made once in DATA_DIR if none is set."""
        if self.secret_key:
            return self.secret_key
        file = self.data_dir / "secret_key"
        if not file.exists():
            _write_once(file, secrets.token_urlsafe(32))
        return file.read_text(encoding="ascii").strip()


def read_settings() -> Settings:
    """Return the environment's settings, or raise with a sentence about the first that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    wrong = error.errors()[0]
    name = str(wrong["loc"][0])
    field = Settings.model_fields[name]
    shown = f", not {wrong['input']!r}" if field.repr else ""
    return f"{name.upper()} must be {field.description}{shown}."


def _write_once(file: Path, text: str) -> None:
    """Write a private file whole, unless another process was quicker."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
