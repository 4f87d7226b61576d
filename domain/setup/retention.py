"""Retention: what is only kept for looking back is deleted when its program says so."""

from datetime import datetime, timedelta
from typing import Final

from domain import inbox
from domain.earning import decision_log
from domain.programs import Program

CHANNELS: Final = ("telegram", "zalo")
BATCH: Final = 2_000


async def forget_old(now: datetime) -> None:
    """Delete each program's updates and decisions that are older than it keeps them.

    Movements, their reasons and the audit log are never deleted.
    """
    for program in await Program.all():
        updates = now - timedelta(days=program.update_retention_days)
        for channel in CHANNELS:
            await inbox.forget(program.id, channel, before=updates)
        decisions = now - timedelta(days=program.decision_retention_days)
        while await decision_log.forget(program.id, decisions, BATCH) == BATCH:
            pass
