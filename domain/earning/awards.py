"""Awards: what a customer is given now, and by which campaign it is paid for."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.db import Connection
from domain.earning import budgets
from domain.earning.models import Rule
from domain.earning.rules import Award, Rulebook


@dataclass(frozen=True)
class Granted:
    """An award whose extra points are taken from what its campaign may add."""

    award: Award
    stripe: int | None = None

    @property
    def points(self) -> int:
        return self.award.points


async def personal(book: Rulebook, customer_id: UUID, at: datetime) -> Rulebook:
    """Return the rules as they are for one customer, so that nobody is promised more than is left.

    Only where a campaign that runs has a cap is anything asked of the database.
    """
    capped = [c for c in book.campaigns if c.customer_cap is not None and c.runs(at)]
    if not capped:
        return book
    left = dict(book.left)
    used = await budgets.used_of_customer(customer_id, capped)
    for campaign in capped:
        rest = campaign.customer_cap - used[campaign.id]
        left[campaign.id] = min(rest, left.get(campaign.id, rest))
    return replace(book, left=left)


async def grant(
    connection: Connection,
    customer_id: UUID,
    book: Rulebook,
    rule: Rule,
    at: datetime,
    *,
    bonus: int = 0,
) -> Granted:
    """Return the best award that its campaign can still pay for; the account is locked.

    A campaign adds all of an award's extra points or none. Without limits nothing is asked of
    the database.
    """
    for award in book.awards(rule, at, bonus=bonus):
        if granted := await _take(connection, customer_id, award):
            return granted
    raise AssertionError("the rule alone needs no campaign")


async def give_back(connection: Connection, customer_id: UUID, granted: Granted) -> None:
    """Return to the campaign what the transaction took, since nothing was paid after all."""
    award = granted.award
    if award.campaign is None or award.extra <= 0:
        return
    if granted.stripe is not None:
        await budgets.give_back(connection, award.campaign.id, granted.stripe, award.extra)
    if award.campaign.customer_cap is not None:
        await budgets.give_back_of_customer(connection, customer_id, award.campaign, award.extra)


async def _take(connection: Connection, customer_id: UUID, award: Award) -> Granted | None:
    campaign, extra = award.campaign, award.extra
    if campaign is None or extra <= 0:
        return Granted(award)
    if campaign.customer_cap is not None and not await budgets.take_of_customer(
        connection, customer_id, campaign, extra
    ):
        return None
    if campaign.budget is None:
        return Granted(award)
    stripe = await budgets.take(connection, campaign.id, extra)
    if stripe is None:
        await give_back(connection, customer_id, Granted(award))
        return None
    return Granted(award, stripe)
