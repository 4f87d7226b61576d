"""Logs: a line a person reads at a terminal, JSON for machines, secrets in neither."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

# Whoever writes a line may quote what somebody sent; what opens a door never stands in it.
_SECRETS: Final = (
    (re.compile(r"(?<!\d)(\d{3,20}):[A-Za-z0-9_-]{30,}"), r"\1:[token]"),
    (re.compile(r"(?i)\b(bearer|tma|zalo|link) [A-Za-z0-9._~+/=%&-]{16,}"), r"\1 [proof]"),
    (re.compile(r"(?i)\b(hash|signature|access_token|signin|password)=[^&\s\"']{4,}"), r"\1=[secret]"),
    (re.compile(r"(?i)\b([a-z]+://[^\s:/@]+):[^\s@/]+@"), r"\1:[password]@"),
    (re.compile(r"\bloyalty_(admin|store)_[A-Za-z0-9_-]{8,}"), r"loyalty_\1_[token]"),
)  # fmt: skip


def configure(*, machine: bool | None = None, level: int = logging.INFO) -> None:
    """Send everything that is logged to stderr; JSON unless a terminal reads it."""
    as_json = not sys.stderr.isatty() if machine is None else machine
    shape: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shape,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def without_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blot out what looks like a key, in every text of a line."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = blotted(value)
    return event


def blotted(text: str) -> str:
    """Return a text without tokens, proofs and passwords."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
