"""Payouts: what a referral owes, paid in the transaction of the moment that owes it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.db import Connection
from domain.earning import decisions
from domain.earning.actions import ACTIONS
from domain.earning.caps import count_use, day_window, full_window, week_window
from domain.earning.lifetime import expires_at
from domain.earning.rules import Rulebook, matures_at
from domain.ledger.posting import Locked, Posted, Posting, post
from domain.ledger.requests import CREATED
from domain.programs import Program


@dataclass(frozen=True)
class Payout:
    """One payment to make: whom, for which action, about which referee or document."""

    customer_id: UUID
    action: str
    locked: Locked
    channel: str
    source: str | None = None
    hold_days: int = 0


async def pay(connection: Connection, book: Rulebook, payout: Payout) -> Posted | None:
    """Post a payout by the rule in force; None if the program pays nothing for it now.

    A second payout of the same fact posts nothing and says `already`.
    """
    action, locked = ACTIONS[payout.action], payout.locked
    rule = book.rule(action.code, locked.at)
    points = book.points(rule, locked.at) if rule else 0
    if rule is None or points <= 0:
        return None
    matures = matures_at(rule, locked.at) or locked.at
    matures = max(matures, locked.at + timedelta(days=payout.hold_days))
    posting = Posting(
        action=action.code,
        amount=points,
        business_key=action.business_key(source=payout.source),
        actor="system",
        channel=payout.channel,
        expires_at=expires_at(rule, matures, locked.zone),
        matures_at=matures if matures > locked.at else None,
        reference=payout.source,
        rule_id=rule.id,
        rule_version=rule.version,
        facts={"action": action.code},
    )
    return await post(connection, payout.customer_id, posting, now=locked.at, decide=True)


async def pay_referrer(
    connection: Connection, program: Program, book: Rulebook, payout: Payout
) -> tuple[Posted | None, str | None]:
    """Pay a referrer within the program's caps; the second answer is why nothing was paid.

    Reasons: `not_registered`, `daily_cap`, `weekly_cap`.
    """
    windows = _windows(program, book, payout)
    reason = await _why_unpaid(connection, payout, windows)
    if reason:
        await decisions.log(
            connection,
            payout.customer_id,
            payout.action,
            reason,
            channel=payout.channel,
            at=payout.locked.at,
            facts={"source": payout.source},
        )
        return None, reason
    paid = await pay(connection, book, payout)
    if paid and paid.status == CREATED:
        await count_use(connection, payout.customer_id, payout.action, windows)
    return paid, None


def _windows(program: Program, book: Rulebook, payout: Payout) -> dict[str, int]:
    on, rule = payout.locked.business_date, book.rule(payout.action, payout.locked.at)
    daily = program.referral_daily_cap
    if rule and rule.daily_cap is not None:
        daily = min(daily, rule.daily_cap)
    return {day_window(on): daily, week_window(on): program.referral_weekly_cap}


async def _why_unpaid(
    connection: Connection, payout: Payout, windows: dict[str, int]
) -> str | None:
    if not payout.locked.registered:
        return "not_registered"
    full = await full_window(connection, payout.customer_id, payout.action, windows)
    return f"{full}_cap" if full else None
