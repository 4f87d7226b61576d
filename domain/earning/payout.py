"""Payouts: what a referral owes, paid in the transaction of the moment that owes it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.db import Connection
from domain.earning import awards, decisions
from domain.earning.actions import ACTIONS
from domain.earning.caps import count_use, day_window, full_window, week_window
from domain.earning.lifetime import expires_at
from domain.earning.models import Rule
from domain.earning.rules import Award, Rulebook, matures_at
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
    if rule is None:
        return None
    granted = await awards.grant(connection, payout.customer_id, book, rule, locked.at)
    if granted.points <= 0:
        return None
    posted = await post(
        connection,
        payout.customer_id,
        _posting(payout, rule, granted.award),
        now=locked.at,
        decide=True,
    )
    if posted.status != CREATED:
        await awards.give_back(connection, payout.customer_id, granted)
    return posted


def _posting(payout: Payout, rule: Rule, award: Award) -> Posting:
    action, locked = ACTIONS[payout.action], payout.locked
    matures = matures_at(rule, locked.at) or locked.at
    matures = max(matures, locked.at + timedelta(days=payout.hold_days))
    return Posting(
        action=action.code,
        amount=award.points,
        business_key=action.business_key(source=payout.source),
        actor="system",
        channel=payout.channel,
        expires_at=expires_at(rule, matures, locked.zone),
        matures_at=matures if matures > locked.at else None,
        reference=payout.source,
        rule_id=rule.id,
        rule_version=rule.version,
        facts={"action": action.code, **award.facts},
    )


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
            program.id,
            payout.customer_id,
            payout.action,
            reason,
            channel=payout.channel,
            at=payout.locked.at,
            rule=book.rule(payout.action, payout.locked.at),
            facts={"source": payout.source, "cap": _cap_of(windows, reason)},
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


def _cap_of(windows: dict[str, int], reason: str) -> int | None:
    """Return the cap of the window that was full."""
    found = (cap for window, cap in windows.items() if reason == f"{window.split(':')[0]}_cap")
    return next(found, None)


async def _why_unpaid(
    connection: Connection, payout: Payout, windows: dict[str, int]
) -> str | None:
    if not payout.locked.registered:
        return "not_registered"
    full = await full_window(connection, payout.customer_id, payout.action, windows)
    return f"{full}_cap" if full else None
