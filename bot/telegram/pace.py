"""The gap between two messages of ours to one chat; the limit over all chats is the domain's."""

from datetime import datetime, timedelta

_CHATS_MAX = 10_000


class Gaps:
    """Knows when each chat may have the next message. It is told the time; it never waits."""

    def __init__(self, seconds: float) -> None:
        self._gap = timedelta(seconds=seconds)
        self._free_at: dict[str, datetime] = {}

    def take(self, chat: str, now: datetime) -> datetime | None:
        """Count a message to a chat and return None, or return when the chat may have one."""
        free_at = self._free_at.get(chat)
        if free_at and free_at > now:
            return free_at
        self._free_at[chat] = now + self._gap
        if len(self._free_at) > _CHATS_MAX:
            self._free_at = {c: at for c, at in self._free_at.items() if at > now}
        return None
