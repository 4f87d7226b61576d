"""The hero: the balance and all that explains it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.ledger.standing import Expiring, Standing, standing
from miniapp.auth.visits import Visit
from miniapp.pages.parts import Amount, Hero


async def balance_of(visit: Visit) -> int:
    """Return the settled balance."""
    return (await standing(visit.customer_id, now=visit.now)).balance


async def hero_of(visit: Visit) -> Hero:
    """Return the whole hero, so that no two of its figures are of different moments."""
    customer = await visit.customer()
    account = await standing(customer.customer_id, now=visit.now)
    zone = await visit.zone()
    return Hero(
        name=customer.name,
        balance=account.balance,
        worth=visit.program.worth(account.balance) if account.balance > 0 else None,
        expiring=_expiring(account.expiring[0], zone) if account.expiring else None,
        pending=_pending(account, zone),
        debt=account.debt,
    )


def _expiring(soonest: Expiring, zone: ZoneInfo) -> Amount:
    # `expires_at` is the first instant without the points: people are told the last day with them.
    last = soonest.expires_at - timedelta(microseconds=1)
    return Amount(points=soonest.amount, on=last.astimezone(zone).date())


def _pending(account: Standing, zone: ZoneInfo) -> Amount | None:
    if not account.pending:
        return None
    on = account.matures_at.astimezone(zone).date() if account.matures_at else None
    return Amount(points=account.pending, on=on)
