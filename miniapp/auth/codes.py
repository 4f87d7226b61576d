"""A browser outside the chat asks to be let in: what it shows, and how often it may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import hdrs, web

from domain.access import sign_in_codes
from domain.access.sessions import SignInRequired
from domain.access.sign_in_codes import Asked, State
from domain.errors import Refusal
from domain.programs import Program
from miniapp.auth.sign_in import code_parts
from miniapp.auth.visits import now_of, proof_of
from web.bots import bot_for
from web.limits import LocalLimit, client_address, count_sign_in

# A page asks every few seconds whether its person has answered; a family has several pages.
POLLS: Final = web.AppKey("SIGN_IN_POLLS", LocalLimit)
_POLLS_AT_ONCE, _POLLS_PER_SECOND = 60, 4
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_AGENT_MAX: Final = 400


@dataclass(frozen=True, kw_only=True)
class Door:
    """What a browser needs to be let in: a number to show, a way to the chat, and its secret."""

    asked: Asked
    link: str

    @property
    def token(self) -> str:
        """What proves that it is this browser."""
        return f"{self.asked.nonce}.{self.asked.secret}"


class NoChat(Refusal):
    """This program has no bot yet, so nobody can sign in outside of it."""

    code = "no_chat"


def setup(app: web.Application) -> None:
    """Give the application its limit of questions."""
    app[POLLS] = LocalLimit(_POLLS_AT_ONCE, _POLLS_PER_SECOND)


async def open_door(request: web.Request, program: Program) -> Door:
    """Begin to let a browser in; raises NoChat, and TooManyRequests as every sign-in does."""
    await count_sign_in(request)
    bot = await bot_for(request.app, program)
    username = (bot and bot.username) or program.telegram_bot
    if bot is None or username is None:
        raise NoChat
    asked = await sign_in_codes.ask(program.id, device=device_of(request), now=now_of(request))
    return Door(asked=asked, link=f"https://t.me/{username}?start=login_{asked.nonce}")


async def state_of(request: web.Request, program: Program) -> State:
    """Return how far the browser's own question is; whatever is none of its own is `over`."""
    now: datetime = now_of(request)
    request.app[POLLS].take(client_address(request), now)
    scheme, proof = proof_of(request)
    if scheme != "code":
        raise SignInRequired
    return await sign_in_codes.state(program.id, *code_parts(proof), now=now)


def device_of(request: web.Request) -> str:
    """Return browser and system as a person names them; nothing for those that we do not know.

    A stranger writes what a browser says of itself: none of it may speak in somebody's chat.
    """
    agent = request.headers.get(hdrs.USER_AGENT, "")[:_AGENT_MAX]
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)
