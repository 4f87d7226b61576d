"""A program's policies: when a referral counts, what a missing point means, what is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import db
from domain.access.models import Staff
from domain.errors import InvalidInput
from domain.programs import Program
from domain.setup.changes import keep
from domain.sql import queries

SQL = queries("domain.setup", "setup.sql")
UPDATE_DAYS: Final = (2, 365)
DECISION_DAYS: Final = (30, 3650)
GRACE_DAYS: Final = (1, 365)


@dataclass(frozen=True, kw_only=True)
class Policies:
    """`grace_days` None: points given back past their expiry expire at once."""

    qualifying_act: str
    debt_policy: str
    grace_days: int | None
    update_retention_days: int
    decision_retention_days: int


async def change_policies(program: Program, wanted: Policies, *, by: Staff, now: datetime) -> None:
    """Change them for what happens from now on; raises InvalidInput."""
    if wanted.qualifying_act not in ("register", "purchase"):
        raise InvalidInput("unknown qualifying act")
    if wanted.debt_policy not in ("allow_negative", "clamp"):
        raise InvalidInput("unknown debt policy")
    if wanted.grace_days is not None:
        _between(wanted.grace_days, GRACE_DAYS)
    _between(wanted.update_retention_days, UPDATE_DAYS)
    _between(wanted.decision_retention_days, DECISION_DAYS)
    async with db.transaction() as connection:
        await connection.execute(SQL["lock_program"], program.id)
        await program.refresh_from_db()
        await keep(program, dict(vars(wanted)), act="policies_changed", by=by, now=now)


def _between(days: int, bounds: tuple[int, int]) -> None:
    least, most = bounds
    if not least <= days <= most:
        raise InvalidInput(f"between {least} and {most} days")
