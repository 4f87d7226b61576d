"""Bots: each program's own, its secrets sealed, and whether Telegram takes it.

The environment may name the first program's bot; then nothing stored counts against it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from domain import db, programs
from domain.access import attempts, audit
from domain.access.models import Staff
from domain.access.sessions import hash_of
from domain.errors import InvalidInput, Refusal
from domain.ids import new_code, new_token
from domain.names import clean_name
from domain.programs import Program
from domain.secrets import BrokenSeal, seal, unseal
from domain.sql import queries

SQL = queries("domain", "bots.sql")
CODE_LIFETIME: Final = timedelta(minutes=15)
_CODE_LENGTH: Final = 8
_TOKEN: Final = re.compile(r"([0-9]{1,18}):[A-Za-z0-9_-]{1,128}")
_DETAIL_MAX: Final = 500
Actor = Staff | Literal["operator"]


class BotTokenRefused(Refusal):
    """Telegram does not know this token. Copy it again from BotFather; it may have been revoked."""

    code = "bot_token_refused"


class BotApiUnreachable(Refusal):
    """Telegram cannot be reached at the moment. We keep trying."""

    code = "bot_api_unreachable"


class BotApiRefused(Refusal):
    """Telegram refused this: %(description)s"""

    code = "bot_api_refused"


class BotNeedsHttps(Refusal):
    """Telegram delivers to https addresses only. Ask whoever runs this to set PUBLIC_URL to one."""

    code = "bot_needs_https"


class BotTaken(Refusal):
    """Another program already uses this bot. Make a new one with BotFather."""

    code = "bot_taken"


class BotOfTheEnvironment(Refusal):
    """Whoever runs this has set this program's bot. It can only be changed there."""

    code = "bot_of_the_environment"


class NoBot(Refusal):
    """This program has no bot yet."""

    code = "no_bot"


class WrongChatCode(Refusal):
    """This code is not valid, or no longer. Get a new one in the settings."""

    code = "wrong_chat_code"


@dataclass(frozen=True, kw_only=True)
class Bot:
    """One program's bot, its secrets open. `problem` is the code of a refusal."""

    program_id: UUID
    slug: str
    token: str = field(repr=False)
    bot_id: int | None = None
    username: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    login_secret: str | None = field(default=None, repr=False)
    admin_chat_id: int | None = None
    admin_chat_title: str | None = None
    introduced_at: datetime | None = None
    problem: str | None = None
    problem_detail: str | None = None
    # Set where this program runs, not in its settings.
    is_environments: bool = False


@dataclass(frozen=True)
class _Environment:
    token: str | None = None
    webhook_secret: str | None = None

    @property
    def bot_id(self) -> int | None:
        return id_in(self.token) if self.token else None


_environment: list[_Environment] = [_Environment()]


def configure(token: str | None, webhook_secret: str | None) -> None:
    """Set the bot that the environment gives the first program, if any, for this process."""
    _environment[:] = [_Environment(token, webhook_secret)]


def id_in(token: str) -> int:
    """Return the number of a token's bot; raises InvalidInput for what is no token."""
    found = _TOKEN.fullmatch(token)
    if not found:
        raise InvalidInput("a token looks like 123456789:AAF…, as BotFather writes it")
    return int(found[1])


async def bot_of(program_id: UUID) -> Bot | None:
    """Return a program's bot; None if it has none, or one sealed with another key."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["known"], program_id)
    return _opened(dict(row)) if row else None


async def all_bots() -> list[Bot]:
    """Return every program's bot, the oldest program's first."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["known"], None)
    return [bot for row in rows if (bot := _opened(dict(row)))]


async def connect(
    program: Program, *, token: str, bot_id: int, username: str, by: Actor, now: datetime
) -> None:
    """Give the program this bot, which Telegram has just confirmed, and a fresh webhook secret.

    Another bot's admin chat and login secret are forgotten. Raises InvalidInput, BotTaken, and
    BotOfTheEnvironment.
    """
    if id_in(token) != bot_id:
        raise InvalidInput("this token belongs to another bot")
    values = (program.id, bot_id, seal("telegram_token", token), _sealed_secret())
    async with db.transaction() as connection:
        await connection.execute(SQL["take_turn"])
        await _changeable(program)
        if await connection.fetchval(SQL["holder"], program.id, bot_id) or await _is_held(bot_id):
            raise BotTaken
        before = program.telegram_bot
        await connection.execute(SQL["connect"], *values)
        await programs.set_telegram_bot(program, username)
        await _record("bot_connected", program, by, now, before=before, after=username)


async def disconnect(program: Program, *, by: Actor, now: datetime) -> None:
    """Take the program's bot and all that belongs to it away; raises BotOfTheEnvironment."""
    async with db.transaction() as connection:
        await connection.execute(SQL["take_turn"])
        await _changeable(program)
        before = program.telegram_bot
        await connection.execute(SQL["disconnect"], program.id)
        await programs.set_telegram_bot(program, None)
        await _record("bot_disconnected", program, by, now, before=before)


async def set_login_secret(
    program: Program, secret: str | None, *, by: Actor, now: datetime
) -> None:
    """Keep the secret with which the bot signs people in on the web, or none; raises NoBot."""
    await _needed(program)
    sealed = seal("telegram_login", secret) if secret else None
    async with db.transaction() as connection:
        await connection.execute(SQL["keep_login_secret"], program.id, sealed)
        await _record("login_secret_changed", program, by, now, is_set=bool(secret))


async def chat_code(program: Program, *, by: Actor, now: datetime) -> str:
    """Return a code that binds the chat in which `/bind CODE` is said, once, within 15 minutes.

    An earlier code is worth nothing any more. Raises NoBot.
    """
    await _needed(program)
    code = new_code(_CODE_LENGTH)
    maker = by.id if isinstance(by, Staff) else None
    async with db.transaction() as connection:
        await connection.execute(
            SQL["keep_chat_code"], program.id, hash_of(code), now + CODE_LIFETIME, maker
        )
        await _record("chat_code_made", program, by, now)
    return code


async def bind_chat(
    program: Program, code: str, chat_id: int, title: str, *, now: datetime
) -> None:
    """Make a chat the program's admin chat, by the code that staff made for it.

    Raises WrongChatCode, and TooManyTries after five wrong codes in 15 minutes of that chat.
    """
    claims = await attempts.claim([f"bind:{program.id}:{chat_id}"], now=now)
    given, shown = hash_of(code.strip().upper()), clean_name(title)
    async with db.transaction() as connection:
        bound = await connection.fetchrow(SQL["bind_chat"], program.id, given, chat_id, shown, now)
        if bound is None:
            raise WrongChatCode
        maker = await Staff.get_or_none(id=bound["chat_code_by"])
        await _record("chat_bound", program, maker or "operator", now, chat=chat_id, title=shown)
    await attempts.release(claims)


async def unbind_chat(program: Program, *, by: Actor, now: datetime) -> None:
    """Let the program have no admin chat any more."""
    async with db.transaction() as connection:
        await connection.execute(SQL["unbind_chat"], program.id)
        await _record("chat_unbound", program, by, now)


async def introduced(
    program_id: UUID, *, now: datetime, problem: str | None = None, detail: str | None = None
) -> None:
    """Remember that Telegram knows the bot, or the code of the refusal why it does not."""
    if problem:
        await troubled(program_id, problem, detail)
        return
    async with db.transaction() as connection:
        await connection.execute(SQL["introduced"], program_id, now)


async def troubled(program_id: UUID, problem: str | None, detail: str | None = None) -> None:
    """Remember why the bot does not work now; None when it works again."""
    said = detail[:_DETAIL_MAX] if detail else None
    async with db.transaction() as connection:
        await connection.execute(SQL["troubled"], program_id, problem, said)


def _opened(row: dict[str, Any]) -> Bot | None:
    is_first = row.pop("is_first")
    sealed = {name: row.pop(name) for name in ("token", "webhook_secret", "login_secret")}
    environment = _environment[0]
    try:
        login_secret = _unsealed("telegram_login", sealed["login_secret"])
        if is_first and environment.token:
            theirs = {"bot_id": environment.bot_id, "webhook_secret": environment.webhook_secret}
            known = {**row, **theirs, "login_secret": login_secret}
            return Bot(**known, token=environment.token, is_environments=True)
        token = _unsealed("telegram_token", sealed["token"])
        secret = _unsealed("telegram_webhook", sealed["webhook_secret"])
    except BrokenSeal:
        return None
    # A bot that the environment gives to the first program is nobody else's.
    if token is None or row["bot_id"] == environment.bot_id:
        return None
    return Bot(**row, token=token, webhook_secret=secret, login_secret=login_secret)


def _unsealed(purpose: str, sealed: bytes | None) -> str | None:
    return None if sealed is None else unseal(purpose, sealed)


def _sealed_secret() -> bytes:
    return seal("telegram_webhook", new_token())


async def _is_held(bot_id: int) -> bool:
    """Tell whether the environment has given the bot to the first program."""
    return bot_id == _environment[0].bot_id and await programs.first() is not None


async def _changeable(program: Program) -> None:
    bot = await bot_of(program.id)
    if bot and bot.is_environments:
        raise BotOfTheEnvironment


async def _needed(program: Program) -> None:
    if await bot_of(program.id) is None:
        raise NoBot


async def _record(act: audit.Act, program: Program, by: Actor, now: datetime, **facts: Any) -> None:
    await audit.record(act, now=now, by=by, program_id=program.id, **facts)
