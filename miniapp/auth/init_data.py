"""Telegram's initData: who opened the mini app, as the program's own bot token proves.

The hash made with the bot's token is what counts. `signature`, which Telegram makes for those
who do not have the token, is one more signed field to us.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl

from domain.errors import Refusal

# Some clients hand out the string of their first launch for almost a day.
OLDEST: Final = timedelta(hours=24)
AHEAD: Final = timedelta(seconds=60)
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_SECONDS = re.compile(r"[0-9]{1,12}")
_FIELDS_MAX = 64
_ID_LIMIT = 2**63


class InvalidInitData(Refusal):
    """Telegram does not confirm who you are. Please open the app again from the chat."""

    code = "invalid_init_data"


class Expired(Refusal):
    """This launch is too old. Please close the app and open it again from the chat."""

    code = "expired"


@dataclass(frozen=True, kw_only=True)
class TelegramUser:
    """Someone whom Telegram vouches for, and the link they came through."""

    id: int
    name: str
    language: str
    proved_at: datetime
    start_param: str | None


def verified(init_data: str, token: str, *, now: datetime) -> TelegramUser:
    """Return who launched the app; raises InvalidInitData or Expired."""
    fields = _signed(init_data, token)
    proved_at = _proved_at(fields.get("auth_date", ""), now)
    user = _user(fields.get("user", ""))
    names = (user.get("first_name"), user.get("last_name"))
    language = user.get("language_code")
    return TelegramUser(
        id=_user_id(user.get("id")),
        name=" ".join(name for name in names if isinstance(name, str)),
        language=language if isinstance(language, str) else "",
        proved_at=proved_at,
        start_param=fields.get("start_param"),
    )


def _signed(init_data: str, token: str) -> dict[str, str]:
    """Return the fields, each name once, once the hash over all the others fits."""
    pairs = _pairs(init_data)
    fields = dict(pairs)
    given = fields.pop("hash", "")
    # A key or a value with a line break could hide fields inside the text that is signed.
    plain = all(_KEY.fullmatch(key) and "\n" not in value for key, value in pairs)
    if len(fields) + 1 != len(pairs) or not plain or not _HASH.fullmatch(given):
        raise InvalidInitData
    text = "\n".join(f"{key}={value}" for key, value in sorted(fields.items()))
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    fitting = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(fitting, given):
        raise InvalidInitData
    return fields


def _pairs(init_data: str) -> list[tuple[str, str]]:
    if not init_data.isascii():
        raise InvalidInitData
    try:
        return parse_qsl(
            init_data,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError:
        raise InvalidInitData from None


def _proved_at(auth_date: str, now: datetime) -> datetime:
    if not _SECONDS.fullmatch(auth_date):
        raise Expired
    age = now.timestamp() - int(auth_date)
    if not -AHEAD.total_seconds() <= age <= OLDEST.total_seconds():
        raise Expired
    return datetime.fromtimestamp(int(auth_date), UTC)


def _user(text: str) -> dict[str, object]:
    try:
        user = json.loads(text)
    except ValueError:
        raise InvalidInitData from None
    if not isinstance(user, dict):
        raise InvalidInitData
    return user


def _user_id(value: object) -> int:
    # type() and not isinstance(): True is an int, and no user.
    if type(value) is not int or not 0 < value < _ID_LIMIT:
        raise InvalidInitData
    return value
