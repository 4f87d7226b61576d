"""Updates as they come in: what is kept for the worker, and under which conversation."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain import inbox

CHANNEL: Final = "telegram"
# What we work on, and all that we ask Telegram to send.
KINDS: Final = ("message", "callback_query", "my_chat_member", "inline_query")
_ID_MAX: Final = 2**63 - 1


class MalformedUpdate(Exception):  # noqa: N818 - what arrived is malformed; nothing failed here
    """What arrived is no update."""


@dataclass(frozen=True)
class Incoming:
    """An update that somebody has to work on, as its bytes arrived."""

    update_id: int
    # Updates of one person are worked in order.
    conversation: str
    payload: bytes


def read(payload: bytes) -> Incoming | None:
    """Return the update in these bytes, or None if it is of a kind that we ignore.

    Raises MalformedUpdate for anything but a JSON object with a whole, positive update_id.
    """
    try:
        update = json.loads(payload)
    except (ValueError, RecursionError):
        raise MalformedUpdate from None
    update_id = update.get("update_id") if isinstance(update, dict) else None
    # A bool is an int in Python, and 1.0 equals 1; neither is an id.
    if type(update_id) is not int or not 0 < update_id <= _ID_MAX:
        raise MalformedUpdate
    event = next((update[kind] for kind in KINDS if kind in update), None)
    if event is None or _is_small_talk(event):
        return None
    return Incoming(update_id, _conversation(event) or f"update:{update_id}", payload)


async def keep(program_id: UUID, incoming: Incoming, *, now: datetime) -> bool:
    """Keep an update for the worker; False if it was kept before."""
    return await inbox.receive(
        program_id,
        CHANNEL,
        incoming.update_id,
        incoming.conversation,
        incoming.payload,
        now=now,
    )


def _is_small_talk(event: object) -> bool:
    """Tell whether people talk to each other in a group: only what looks like a command is kept."""
    chat = event.get("chat") if isinstance(event, dict) else None
    kind = chat.get("type") if isinstance(chat, dict) else None
    if not isinstance(event, dict) or kind not in ("group", "supergroup", "channel"):
        return False
    text = event.get("text")
    return "message_id" in event and not (isinstance(text, str) and text.startswith("/"))


def _conversation(event: object) -> str | None:
    """Return who it is from; None for an event of a shape that nobody knows."""
    sender = event.get("from") if isinstance(event, dict) else None
    person = sender.get("id") if isinstance(sender, dict) else None
    return str(person) if type(person) is int else None
