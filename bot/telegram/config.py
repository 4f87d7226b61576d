"""What the operator decides about the bot."""

from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["webhook", "polling"]


@dataclass(frozen=True, kw_only=True)
class BotConfig:
    """Where Telegram and our pages are, and how patient the bot is. Times are in seconds."""

    api_url: str = "https://api.telegram.org"
    # Where customers reach us, without a slash at its end.
    public_url: str
    mode: Mode = "polling"
    # What Telegram must show us with every update; needed in webhook mode.
    webhook_secret: str | None = field(default=None, repr=False)
    # How long one call of ours to the Bot API may take.
    request_seconds: float = 10
    # How long Telegram may hold a call for updates while there are none.
    polling_seconds: int = 25
    # How long the worker looks away when there was nothing to do.
    idle_seconds: float = 0.25
    # How many updates are worked side by side.
    parallel: int = 8
    # Messages of one person: so many at once, and so many a second in the long run.
    person_burst: int = 20
    person_per_second: float = 1
    # Inline queries of one person, which come with every letter that is typed.
    inline_burst: int = 40
    inline_per_second: float = 2
    # What goes to all chats together, of which broadcasts leave some to notices, and the time
    # between two messages to the same chat.
    notices_per_second: int = 25
    broadcasts_per_second: int = 20
    chat_gap_seconds: float = 1

    def __post_init__(self) -> None:
        if self.mode == "webhook" and not self.webhook_secret:
            raise ValueError("a Telegram webhook needs a secret")
