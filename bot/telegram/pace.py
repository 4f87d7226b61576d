"""How fast notices may go: so many a second over all chats, and a gap between two to one chat."""

from datetime import datetime, timedelta

_CHATS_MAX = 10_000


class Pace:
    """Admits notices at the rate that Telegram bears. It is told the time; it never waits."""

    def __init__(self, *, per_second: int, chat_gap: float) -> None:
        self._per_second = per_second
        self._chat_gap = timedelta(seconds=chat_gap)
        self._tokens = float(per_second)
        self._at: datetime | None = None
        self._free_at: dict[str, datetime] = {}

    def room(self, now: datetime) -> int:
        """Return how many notices may go now."""
        if self._at is not None:
            gained = max((now - self._at).total_seconds(), 0) * self._per_second
            self._tokens = min(self._tokens + gained, self._per_second)
        self._at = now
        return int(self._tokens)

    def take(self, chat: str, now: datetime) -> datetime | None:
        """Count a notice to a chat and return None, or return when the chat may have one."""
        free_at = self._free_at.get(chat)
        if free_at and free_at > now:
            return free_at
        self._tokens -= 1
        self._free_at[chat] = now + self._chat_gap
        if len(self._free_at) > _CHATS_MAX:
            self._free_at = {c: at for c, at in self._free_at.items() if at > now}
        return None
