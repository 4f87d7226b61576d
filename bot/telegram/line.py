"""The line to Telegram: one program's bot and what its updates and notices share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiogram import Bot

from bot.telegram.client import Session, connect
from bot.telegram.config import BotConfig
from bot.telegram.desk import Desk
from bot.telegram.flood import Flood
from bot.telegram.outage import Outage
from bot.telegram.pace import Gaps
from domain import programs
from domain.clock import Clock
from domain.programs import Program


@dataclass(frozen=True)
class Line:
    """One program's bot, connected."""

    program_id: UUID
    slug: str
    bot: Bot
    session: Session
    desk: Desk
    gaps: Gaps
    outage: Outage

    @property
    def config(self) -> BotConfig:
        return self.desk.config

    def now(self) -> datetime:
        return self.desk.clock.now()

    async def program(self) -> Program:
        """Return the program as it is now: staff may have changed it."""
        return await programs.by_slug(self.slug)


@asynccontextmanager
async def connected(
    program: Program, token: str, *, config: BotConfig, clock: Clock
) -> AsyncIterator[Line]:
    """Hold a program's line to Telegram; nothing is called until somebody calls."""
    bot, session = connect(token, config, clock)
    desk = Desk(config, clock, Flood(config))
    gaps = Gaps(config.chat_gap_seconds)
    try:
        yield Line(program.id, program.slug, bot, session, desk, gaps, Outage())
    finally:
        await session.close()
