"""How many referrals a customer is paid for, and how long their points wait."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import db
from domain.access.models import Staff
from domain.earning.bounds import Problems, within
from domain.programs import Program
from domain.setup.changes import keep
from domain.sql import queries

SQL = queries("domain.setup", "setup.sql")
DAILY: Final = (1, 1000)
WEEKLY: Final = (1, 7000)
HOLD_DAYS: Final = (0, 90)


@dataclass(frozen=True, kw_only=True)
class ReferralLimits:
    """The most referrals that a customer is paid for on a day and in a week, by dates."""

    referral_daily_cap: int
    referral_weekly_cap: int
    referral_hold_days: int


def problems(wanted: ReferralLimits) -> Problems:
    """Yield what is out of bounds, each under the name of its field."""
    yield from within("referral_daily_cap", wanted.referral_daily_cap, DAILY)
    least = max(WEEKLY[0], min(wanted.referral_daily_cap, WEEKLY[1]))
    yield from within("referral_weekly_cap", wanted.referral_weekly_cap, (least, WEEKLY[1]))
    yield from within("referral_hold_days", wanted.referral_hold_days, HOLD_DAYS)


async def change_referral_limits(
    program: Program, wanted: ReferralLimits, *, by: Staff, now: datetime
) -> None:
    """Change them for referrals from now on; raises OutOfBounds."""
    for _field, refusal in problems(wanted):
        raise refusal
    async with db.transaction() as connection:
        await connection.execute(SQL["lock_program"], program.id)
        await program.refresh_from_db()
        await keep(program, dict(vars(wanted)), act="referral_limits_changed", by=by, now=now)
