"""What the real Bot API refuses, so that our messages are refused here first."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

TAGS = {"b", "i", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
TEXT_MAX, TOAST_MAX, DATA_MAX, COPY_MAX, LABEL_MAX = 4096, 200, 64, 256, 64
RESULTS_MAX = 50
_ACTIONS = {"callback_data", "url", "web_app", "copy_text"}
Params = Mapping[str, Any]


class BadRequest(Exception):  # noqa: N818 - as the Bot API calls it
    """The sentence with which the Bot API refuses."""


def plain(html: str) -> str:
    """Return what a reader sees of a text in HTML, or refuse the text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open or reader.wrong:
        raise BadRequest(f"can't parse entities: {reader.wrong or reader.open}")
    return "".join(reader.seen)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.open: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong = f"unsupported start tag {tag}"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong = f"unexpected end tag {tag}"

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def check(method: str, params: Params) -> None:
    """Refuse parameters that the Bot API would refuse."""
    if rule := _RULES.get(method):
        rule(params)
    for row in (params.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            _check_button(button)


def _check_text(params: Params) -> None:
    if params.get("parse_mode") != "HTML":
        raise BadRequest("our messages are HTML")
    seen = plain(params["text"]).strip()
    if not seen:
        raise BadRequest("message text is empty")
    if len(seen) > TEXT_MAX:
        raise BadRequest("message is too long")


def _check_toast(params: Params) -> None:
    if len(params.get("text", "")) > TOAST_MAX:
        raise BadRequest("MESSAGE_TOO_LONG")


def _check_commands(params: Params) -> None:
    for command in params["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise BadRequest("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")


def _check_menu(params: Params) -> None:
    if app := params["menu_button"].get("web_app"):
        _check_app(app["url"])


def _check_webhook(params: Params) -> None:
    _check_app(params["url"])
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", params.get("secret_token", "")):
        raise BadRequest("secret token is missing")


def _check_inline(params: Params) -> None:
    results = params["results"]
    if len(results) > RESULTS_MAX or len({result["id"] for result in results}) != len(results):
        raise BadRequest("RESULTS_TOO_MUCH or RESULT_ID_DUPLICATE")
    for result in results:
        _check_result(result)
    if button := params.get("button"):
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button["start_parameter"]):
            raise BadRequest("START_PARAM_INVALID")
        if not 0 < len(button["text"]) <= LABEL_MAX:
            raise BadRequest("BUTTON_TEXT_INVALID")


def _check_prepared(params: Params) -> None:
    _check_result(params["result"])
    if type(params["user_id"]) is not int:
        raise BadRequest("USER_ID_INVALID")
    if not any(params.get(f"allow_{kind}_chats") for kind in ("user", "group", "channel", "bot")):
        raise BadRequest("no chat type is allowed")


def _check_result(result: Params) -> None:
    if result["type"] != "article" or not result["title"]:
        raise BadRequest("RESULT_TYPE_INVALID")
    if not 0 < len(result["id"].encode()) <= DATA_MAX:
        raise BadRequest("RESULT_ID_INVALID")
    content = result["input_message_content"]
    _check_text({"text": content["message_text"], "parse_mode": content.get("parse_mode")})
    for row in (result.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            _check_button(button)


def _check_button(button: Params) -> None:
    if not 0 < len(button["text"]) <= LABEL_MAX or len(_ACTIONS & button.keys()) != 1:
        raise BadRequest("BUTTON_INVALID")
    if not 0 < len(button.get("callback_data", "x").encode()) <= DATA_MAX:
        raise BadRequest("BUTTON_DATA_INVALID")
    if not 0 < len(button.get("copy_text", {"text": "x"})["text"]) <= COPY_MAX:
        raise BadRequest("BUTTON_COPY_TEXT_INVALID")
    if "web_app" in button:
        _check_app(button["web_app"]["url"])
    if "url" in button:
        _check_url(button["url"])


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "tg") or "." not in (parts.hostname or ""):
        raise BadRequest(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_app(url: str) -> None:
    _check_url(url)
    if not url.startswith("https://"):
        raise BadRequest("BUTTON_URL_INVALID: only HTTPS links are allowed")


_RULES: dict[str, Callable[[Params], None]] = {
    "sendMessage": _check_text,
    "editMessageText": _check_text,
    "answerCallbackQuery": _check_toast,
    "answerInlineQuery": _check_inline,
    "savePreparedInlineMessage": _check_prepared,
    "setMyCommands": _check_commands,
    "setChatMenuButton": _check_menu,
    "setWebhook": _check_webhook,
}
