"""What all updates of one bot share."""

from dataclasses import dataclass

from bot.telegram.config import BotConfig
from bot.telegram.flood import Flood
from domain.clock import Clock


@dataclass(frozen=True)
class Desk:
    """How one bot is set up, what time it is, and who asks too much."""

    config: BotConfig
    clock: Clock
    flood: Flood
