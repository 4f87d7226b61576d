"""People who talk to the bot over HTTP, as Telegram would carry it."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.telegram.delivery import deliver_due
from bot.telegram.line import Line
from bot.telegram.webhook import SECRET_HEADER
from bot.telegram.working import work_due
from tests.peers.bot_api import BotApi, Call

Update = dict[str, Any]


@dataclass
class Room:
    """The webhook, the worker and Telegram, and everybody who is there."""

    client: TestClient[web.Request, web.Application]
    peer: BotApi
    line: Line
    secret: str
    _ids: "count[int]" = field(default_factory=lambda: count(1000))

    def next_id(self) -> int:
        return next(self._ids)

    def person(self, number: int, name: str = "An", language: str | None = "vi") -> "Person":
        return Person(self, number, name, language)

    async def deliver(self, update: Update, *, times: int = 1) -> None:
        """Carry an update to the webhook; it has to be acknowledged."""
        for _ in range(times):
            answer = await self.client.post(
                f"/p/{self.line.slug}/telegram",
                data=json.dumps(update),
                headers={SECRET_HEADER: self.secret},
            )
            assert answer.status == 200, await answer.text()

    async def work(self) -> int:
        """Work until nothing is due, and return how many updates it was."""
        total = 0
        while worked := await work_due(self.line):
            total += worked
        return total

    async def deliver_notices(self) -> int:
        return await deliver_due(self.line)


@dataclass
class Person:
    """One Telegram user in a private chat with the bot."""

    room: Room
    id: int
    name: str
    language: str | None

    @property
    def user(self) -> Update:
        spoken = {"language_code": self.language} if self.language else {}
        return {"id": self.id, "is_bot": False, "first_name": self.name, **spoken}

    @property
    def sees(self) -> Call:
        """What the newest message of the chat shows."""
        return self.room.peer.last(self.id)

    def message(self, text: str, **more: Any) -> Update:
        message = {
            "message_id": 1,
            "date": 1_790_000_000,
            "chat": {"id": self.id, "type": "private"},
            "from": self.user,
            "text": text,
            **more,
        }
        return {"update_id": self.room.next_id(), "message": message}

    def press(self, data: str, **more: Any) -> Update:
        shown = self.room.peer.shown[self.id]
        message = {
            "message_id": max(shown) if shown else 1,
            "date": 1_790_000_000,
            "chat": {"id": self.id, "type": "private"},
            "text": "…",
        }
        if shown and (markup := self.sees.params.get("reply_markup")):
            message["reply_markup"] = markup
        update_id = self.room.next_id()
        query = {
            "id": f"query-{update_id}",
            "from": self.user,
            "chat_instance": "1",
            "message": message,
            "data": data,
            **more,
        }
        return {"update_id": update_id, "callback_query": query}

    async def types(self, query: str) -> Call:
        """Type `@bot query` in some other chat, and return what is suggested there."""
        update_id = self.room.next_id()
        asked = {"id": f"inline-{update_id}", "from": self.user, "query": query, "offset": ""}
        await self.room.deliver({"update_id": update_id, "inline_query": asked})
        await self.room.work()
        return self.room.peer.of("answerInlineQuery")[-1]

    async def says(self, text: str, **more: Any) -> Call:
        return await self._done(self.message(text, **more))

    async def taps(self, label: str) -> Call:
        """Press the button of the newest message that has this in its label."""
        return await self._done(self.press(self.sees.data_of(label)))

    async def presses(self, data: str, **more: Any) -> Call:
        """Press a button that carries this data, whether there is such a button or not."""
        return await self._done(self.press(data, **more))

    async def blocks(self, *, again: bool = False) -> None:
        """Block the bot, or come back with `again`."""
        bot = {"id": 7000000001, "is_bot": True, "first_name": "Mộc"}
        old, new = ("kicked", "member") if again else ("member", "kicked")
        until = {"until_date": 0}
        change = {
            "chat": {"id": self.id, "type": "private"},
            "from": self.user,
            "date": 1_790_000_000,
            "old_chat_member": {"user": bot, "status": old, **(until if old == "kicked" else {})},
            "new_chat_member": {"user": bot, "status": new, **(until if new == "kicked" else {})},
        }
        await self.room.deliver({"update_id": self.room.next_id(), "my_chat_member": change})
        await self.room.work()

    async def _done(self, update: Update) -> Call:
        await self.room.deliver(update)
        await self.room.work()
        return self.sees
