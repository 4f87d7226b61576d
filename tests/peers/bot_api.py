"""A Bot API on loopback: it records every call, answers plausibly, and fails as told."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.peers.bot_rules import BadRequest, check, plain

TOKEN = "7000000001:AAF-made-up-token-for-tests_0123456789ab"
USERNAME = "moc_coffee_bot"

# What is never JSON, whatever it looks like.
_TEXTS = {
    *("text", "callback_query_id", "inline_query_id", "url", "secret_token"),
    *("parse_mode", "language_code"),
}


@dataclass(frozen=True)
class Call:
    """One call that arrived, its parameters decoded."""

    method: str
    params: dict[str, Any]
    token: str = TOKEN

    @property
    def chat(self) -> int:
        return int(self.params["chat_id"])

    @property
    def text(self) -> str:
        """What the reader sees."""
        text = str(self.params.get("text", ""))
        return plain(text) if self.params.get("parse_mode") == "HTML" else text

    @property
    def buttons(self) -> list[dict[str, Any]]:
        rows = (self.params.get("reply_markup") or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def data_of(self, label: str) -> str:
        """Return the callback data of the button that carries this label."""
        found = [b for b in self.buttons if label in b["text"]]
        assert found, f"no button {label!r} among {self.labels}"
        return str(found[0]["callback_data"])


@dataclass(frozen=True, kw_only=True)
class Fault:
    """How a call fails: by a status, with a pause to obey, or by not being answered at all."""

    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    body: str | None = None
    hangs: bool = False
    drops: bool = False


def too_many(retry_after: int) -> Fault:
    """Too many requests; come back after so many seconds."""
    return Fault(
        status=429,
        description=f"Too Many Requests: retry after {retry_after}",
        retry_after=retry_after,
    )


BLOCKED = Fault(status=403, description="Forbidden: bot was blocked by the user")
NO_CHAT = Fault(status=400, description="Bad Request: chat not found")
HANG = Fault(hangs=True)
DROP = Fault(drops=True)
REVOKED = Fault(status=401, description="Unauthorized")
NO_TOKEN = Fault(status=404, description="Not Found")
BAD_GATEWAY = Fault(status=502, body="<html><h1>502 Bad Gateway</h1></html>")


@dataclass
class BotApi:
    """The peer: what it was asked, what each chat shows, and what it will do next."""

    url: str = ""
    token: str = TOKEN
    calls: list[Call] = field(default_factory=list)
    # What each chat shows now, by message id: edits change it.
    shown: dict[int, dict[int, Call]] = field(default_factory=lambda: defaultdict(dict))
    waiting: list[dict[str, Any]] = field(default_factory=list)
    elsewhere: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    # Further bots, by their tokens: what each is called.
    others: dict[str, str] = field(default_factory=dict)
    # Bots of which every call fails like this, by their tokens.
    down: dict[str, Fault] = field(default_factory=dict)
    # What was called with a token that nobody has.
    strangers: list[Call] = field(default_factory=list)
    blocked_by: set[int] = field(default_factory=set)
    # Asked about every call for which no fault is planned: what shall go wrong with it, if anything.
    whim: Callable[[Call], Fault | None] = lambda _: None
    _faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _called: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _messages: int = 100

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of a method fail like this, one fault each."""
        self._faults[method].extend(faults)

    def deliver(self, *updates: dict[str, Any], token: str | None = None) -> None:
        """Let updates wait for whoever polls, of the first bot or of another one."""
        (self.elsewhere[token] if token else self.waiting).extend(updates)
        self._arrived.set()

    def release(self) -> None:
        """End every call that hangs."""
        self._released.set()
        self._arrived.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the calls that arrived make a condition true."""
        while not condition():
            self._called.clear()
            await self._called.wait()

    def of(self, *methods: str, token: str | None = None) -> list[Call]:
        return [c for c in self.calls if c.method in methods and token in (None, c.token)]

    def sent(self, chat: int | None = None) -> list[Call]:
        """Return the messages sent, to one chat or to all."""
        return [c for c in self.of("sendMessage") if chat is None or c.chat == chat]

    def last(self, chat: int) -> Call:
        """Return what the newest message of a chat shows now."""
        return self.shown[chat][max(self.shown[chat])]

    def last_id(self, chat: int) -> int:
        return max(self.shown[chat])

    async def answer(self, request: web.Request) -> web.Response:
        token, method = request.match_info["token"], request.match_info["method"]
        call = Call(method, _decoded(await request.post()), token)
        is_known = token == self.token or token in self.others
        (self.calls if is_known else self.strangers).append(call)
        self._called.set()
        if not is_known:
            return await self._failed(REVOKED, request)
        if token in self.down:
            return await self._failed(self.down[token], request)
        if self._faults[call.method]:
            return await self._failed(self._faults[call.method].popleft(), request)
        if fault := self.whim(call):
            return await self._failed(fault, request)
        if "chat_id" in call.params and call.chat in self.blocked_by:
            return await self._failed(BLOCKED, request)
        try:
            check(call.method, call.params)
            result = await self._result(call)
        except BadRequest as error:
            return _refusal(400, f"Bad Request: {error}")
        return web.json_response({"ok": True, "result": result})

    async def _failed(self, fault: Fault, request: web.Request) -> web.Response:
        if fault.hangs:
            await self._released.wait()
        if fault.drops and request.transport:
            request.transport.close()
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body)
        return _refusal(fault.status, fault.description, fault.retry_after)

    async def _result(self, call: Call) -> object:
        match call.method:
            case "getMe":
                me = {"first_name": "Mộc", "username": self.others.get(call.token, USERNAME)}
                return {"id": int(call.token.split(":")[0]), "is_bot": True, **me}
            case "sendMessage":
                self._messages += 1
                return self._show(call, self._messages)
            case "editMessageText":
                return self._edit(call)
            case "editMessageReplyMarkup":
                return self._relabel(call)
            case "savePreparedInlineMessage":
                return {"id": f"prepared-{len(self.calls)}", "expiration_date": 1_790_003_600}
            case "getUpdates":
                return await self._updates(call)
        return True

    def _edit(self, call: Call) -> dict[str, Any]:
        message_id = int(call.params["message_id"])
        before = self.shown[call.chat].get(message_id)
        if before is None:
            raise BadRequest("message to edit not found")
        if (before.text, before.buttons) == (call.text, call.buttons):
            raise BadRequest("message is not modified: specified new message content is the same")
        return self._show(call, message_id)

    def _relabel(self, call: Call) -> dict[str, Any]:
        message_id = int(call.params["message_id"])
        before = self.shown[call.chat].get(message_id)
        if before is None:
            raise BadRequest("message to edit not found")
        if before.buttons == call.buttons:
            raise BadRequest("message is not modified: specified new message content is the same")
        markup = {"reply_markup": call.params["reply_markup"]}
        return self._show(replace(before, params=before.params | markup), message_id)

    def _show(self, call: Call, message_id: int) -> dict[str, Any]:
        self.shown[call.chat][message_id] = call
        chat = {"id": call.chat, "type": "private"}
        return {"message_id": message_id, "date": 1_790_000_000, "chat": chat, "text": call.text}

    async def _updates(self, call: Call) -> list[dict[str, Any]]:
        offset = int(call.params.get("offset", 0))
        waiting = self.waiting if call.token == self.token else self.elsewhere[call.token]
        waiting[:] = [u for u in waiting if u["update_id"] >= offset]
        self._arrived.clear()
        if not waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), int(call.params.get("timeout", 0)))
        return waiting[:100]


@asynccontextmanager
async def running() -> AsyncIterator[BotApi]:
    """Serve a Bot API until the block ends."""
    peer = BotApi()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", peer.answer)
    server = TestServer(app)
    # Its log would hold the token, which is in every address by Telegram's design.
    await server.start_server(access_log=None)
    peer.url = str(server.make_url("")).rstrip("/")
    try:
        yield peer
    finally:
        peer.release()
        await server.close()


def _refusal(status: int, description: str, retry_after: int | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)


def _decoded(form: Any) -> dict[str, Any]:
    return {name: _value(name, str(value)) for name, value in form.items()}


def _value(name: str, value: str) -> object:
    """Decode what the client sent as JSON; a text stays a text, whatever it looks like."""
    if name in _TEXTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
