"""Campaigns as they stand: a multiplier for a while, within a budget if it has one.

Where several run at once, the highest multiplier that can still be paid for counts; they are
never multiplied with each other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from domain import db
from domain.earning import budgets
from domain.earning.models import Campaign
from domain.earning.versions import author_names
from domain.errors import NotFound
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.earning", "campaigns.sql")
State = Literal["planned", "running", "ended", "stopped"]
STATES: Final[tuple[State, ...]] = ("running", "planned", "ended", "stopped")


@dataclass(frozen=True)
class Standing:
    """A campaign as it stands: `used` of its budget, and what remains; None without a budget."""

    campaign: Campaign
    state: State
    author: str
    used: int | None = None
    left: int | None = None


@dataclass(frozen=True)
class Given:
    """What a campaign has added to the rules so far, by the decisions that are still kept."""

    times: int
    customers: int
    points: int


def state_of(campaign: Campaign, at: datetime) -> State:
    """Return what a campaign is at an instant."""
    if campaign.stopped_at:
        return "stopped"
    if at < campaign.starts_at:
        return "planned"
    return "running" if at < campaign.ends_at else "ended"


async def campaigns_of(program: Program, *, now: datetime) -> tuple[Standing, ...]:
    """Return all campaigns: running, planned, then past ones, the latest start first."""
    campaigns = await Campaign.filter(program_id=program.id).order_by("-starts_at", "id")
    stated = await _standing(campaigns, now)
    return tuple(sorted(stated, key=lambda s: STATES.index(s.state)))


async def campaign_of(program: Program, campaign_id: UUID, *, now: datetime) -> Standing:
    """Return one campaign; raises NotFound."""
    campaign = await Campaign.get_or_none(program_id=program.id, id=campaign_id)
    if campaign is None:
        raise NotFound
    return (await _standing([campaign], now))[0]


async def given_by(program: Program, campaign: Campaign) -> Given:
    """Return what a campaign has added so far."""
    while_it_ran = (campaign.starts_at, campaign.over_at)
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["given"], program.id, *while_it_ran, str(campaign.id))
    assert row is not None
    return Given(**row)


def overlapping(plan: Campaign, others: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """Return the campaigns that run at the same time for the same action as this one."""
    return tuple(
        other
        for other in others
        if other.campaign.id != plan.id
        and other.state in ("running", "planned")
        and (plan.action is None or other.campaign.action in (None, plan.action))
        and other.campaign.starts_at < plan.over_at
        and plan.starts_at < other.campaign.over_at
    )


async def _standing(campaigns: list[Campaign], now: datetime) -> tuple[Standing, ...]:
    authors = await author_names(campaign.created_by for campaign in campaigns)
    limited = [campaign.id for campaign in campaigns if campaign.budget is not None]
    left = await budgets.left_of(limited)
    found = []
    for campaign in campaigns:
        standing = (campaign, state_of(campaign, now), authors[campaign.created_by])
        if campaign.budget is None:
            found.append(Standing(*standing))
        else:
            rest = left.get(campaign.id, 0)
            found.append(Standing(*standing, used=campaign.budget - rest, left=rest))
    return tuple(found)
