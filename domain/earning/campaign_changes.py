"""Planning, changing and ending campaigns: what staff may ask for, and when."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.db import Connection
from domain.earning import bounds, budgets
from domain.earning.actions import ACTIONS
from domain.earning.campaigns import state_of
from domain.earning.models import Campaign
from domain.earning.rules import forget_rulebook
from domain.errors import InvalidInput, NotFound, Refusal
from domain.ids import new_id
from domain.programs import Program
from domain.sql import queries
from domain.words import marked as _

SQL = queries("domain.earning", "rules.sql")


class CampaignChanged(Refusal):
    """Somebody changed this campaign since you opened it. Nothing was saved: look and save again."""

    code = "campaign_changed"


class CampaignStarted(Refusal):
    """A campaign that has started can only end earlier or get a larger budget. Plan a new one."""

    code = "campaign_started"


class CampaignOver(Refusal):
    """This campaign is over."""

    code = "campaign_over"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What staff want: `action` None is all actions, `starts_at` None is at once.

    `budget` and `customer_cap` are points that the campaign may add to what the rules give.
    """

    name: str
    action: str | None
    multiplier: Decimal
    starts_at: datetime | None
    ends_at: datetime
    budget: int | None = None
    customer_cap: int | None = None


def problems(plan: Plan, now: datetime) -> Iterator[tuple[str, Refusal]]:
    """Yield what is out of bounds, each under the name of its field."""
    if not 1 <= len(plan.name) <= bounds.NAME_MAX:
        yield "name", bounds.OutOfBounds(field="name", least=1, most=bounds.NAME_MAX)
    if plan.action is not None and not (plan.action in ACTIONS and ACTIONS[plan.action].points):
        yield "action", InvalidInput(_("Choose one of these."))
    yield from bounds.within("multiplier", plan.multiplier, bounds.MULTIPLIER)
    begins = plan.starts_at or now
    yield from bounds.start("starts_at", begins, now)
    if plan.ends_at <= begins:
        yield "ends_at", InvalidInput(_("The end comes after the start."))
    elif plan.ends_at > begins + bounds.AHEAD:
        yield "ends_at", InvalidInput(_("Choose a time from now on, within two years."))
    if plan.budget is not None:
        yield from bounds.within("budget", plan.budget, bounds.BUDGET)
    if plan.customer_cap is not None:
        yield from bounds.within("customer_cap", plan.customer_cap, bounds.CUSTOMER_CAP)


async def plan_campaign(program: Program, plan: Plan, *, by: Staff, now: datetime) -> Campaign:
    """Add a campaign; raises OutOfBounds or InvalidInput."""
    _check(plan, now)
    async with db.transaction() as connection:
        values = {each.name: getattr(plan, each.name) for each in fields(plan)}
        campaign = await Campaign.create(
            id=new_id(),
            program_id=program.id,
            created_at=now,
            created_by=f"staff:{by.id}",
            **values | {"starts_at": plan.starts_at or now},
        )
        if plan.budget is not None:
            await budgets.set_to(connection, campaign.id, plan.budget)
        await audit.record("campaign_planned", now=now, by=by, after=_said(campaign))
    forget_rulebook(program.id)
    return campaign


async def change_campaign(
    program: Program, campaign_id: UUID, plan: Plan, *, opened: int, by: Staff, now: datetime
) -> Campaign:
    """Change all of a campaign that has yet to start; of a running one its end and its budget.

    `opened` is the version that the person had before them. Raises NotFound, CampaignChanged,
    CampaignStarted, CampaignOver, OutOfBounds, InvalidInput.
    """
    async with db.transaction() as connection:
        campaign = await _locked(connection, program, campaign_id)
        if campaign.version != opened:
            raise CampaignChanged
        before, is_planned = _said(campaign), state_of(campaign, now) == "planned"
        if is_planned:
            _check(plan, now)
            campaign.update_from_dict(
                {each.name: getattr(plan, each.name) for each in fields(plan)}
                | {"starts_at": plan.starts_at or now}
            )
        else:
            _check_running(campaign, plan, now)
            campaign.update_from_dict({"ends_at": plan.ends_at, "budget": plan.budget})
        if before == _said(campaign):
            return campaign
        campaign.version += 1
        await campaign.save()
        if campaign.budget is not None:
            await budgets.set_to(connection, campaign.id, campaign.budget)
        after = _said(campaign)
        differing = {name for name in after if after[name] != before[name]}
        await audit.record(
            "campaign_changed",
            now=now,
            by=by,
            campaign=str(campaign.id),
            name=campaign.name,
            before={name: before[name] for name in differing},
            after={name: after[name] for name in differing},
        )
    forget_rulebook(program.id)
    return campaign


async def end_campaign(
    program: Program, campaign_id: UUID, *, by: Staff, now: datetime
) -> Campaign:
    """End a campaign at once, or call a planned one off; raises NotFound, CampaignOver."""
    async with db.transaction() as connection:
        campaign = await _locked(connection, program, campaign_id)
        if state_of(campaign, now) in ("ended", "stopped"):
            raise CampaignOver
        campaign.stopped_at = now
        campaign.version += 1
        await campaign.save(update_fields=["stopped_at", "version"])
        await audit.record(
            "campaign_ended",
            now=now,
            by=by,
            campaign=str(campaign.id),
            name=campaign.name,
            before={"ends_at": campaign.ends_at.isoformat()},
            after={"ends_at": now.isoformat()},
        )
    forget_rulebook(program.id)
    return campaign


async def _locked(connection: Connection, program: Program, campaign_id: UUID) -> Campaign:
    await connection.execute(SQL["lock"], program.id)
    campaign = await Campaign.get_or_none(program_id=program.id, id=campaign_id)
    if campaign is None:
        raise NotFound
    return campaign


def _check(plan: Plan, now: datetime) -> None:
    for _field, refusal in problems(plan, now):
        raise refusal


def _check_running(campaign: Campaign, plan: Plan, now: datetime) -> None:
    """Let only an earlier end and a larger budget through."""
    if state_of(campaign, now) != "running":
        raise CampaignOver
    same = ("name", "action", "multiplier", "customer_cap")
    is_same = all(getattr(plan, name) == getattr(campaign, name) for name in same)
    begins_alike = plan.starts_at in (None, campaign.starts_at)
    if not is_same or not begins_alike or not now < plan.ends_at <= campaign.ends_at:
        raise CampaignStarted
    if plan.budget == campaign.budget:
        return
    if plan.budget is None or campaign.budget is None or plan.budget < campaign.budget:
        raise CampaignStarted
    for _field, refusal in bounds.within("budget", plan.budget, bounds.BUDGET):
        raise refusal


def _said(campaign: Campaign) -> dict[str, Any]:
    """Return what a campaign says, as the audit log keeps it."""
    return {
        "name": campaign.name,
        "action": campaign.action,
        "multiplier": str(Decimal(campaign.multiplier).normalize()),
        "starts_at": campaign.starts_at.isoformat(),
        "ends_at": campaign.ends_at.isoformat(),
        "budget": campaign.budget,
        "customer_cap": campaign.customer_cap,
    }
