"""Campaigns: planned, running and past ones; planning, changing and ending one."""

from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from pydantic import BeforeValidator, Field, StringConstraints

from admin.auth.people import allowed, now_of, person_of
from admin.pages.forms import Form, OptionalWhole, OrNone, Typed, Whole, fresh, typed
from admin.pages.instants import LocalTime, RequiredTime, in_zone, written
from admin.pages.layout import page
from admin.pages.marking import mark
from admin.pages.places import CAMPAIGNS
from admin.pages.rule_words import author_word
from admin.pages.rules import PAID
from domain import programs
from domain.earning import bounds
from domain.earning.actions import label_of
from domain.earning.campaign_changes import (
    CampaignChanged,
    CampaignStarted,
    Plan,
    change_campaign,
    end_campaign,
    plan_campaign,
    problems,
)
from domain.earning.campaigns import (
    Standing,
    campaign_of,
    campaigns_of,
    given_by,
    overlapping,
)
from domain.errors import NotFound
from domain.programs import Program
from domain.words import marked as _
from locales import Translator, translator
from web.errors import locale_of


def _comma(value: object) -> object:
    """Take the decimal comma that Vietnamese write."""
    return value.strip().replace(",", ".") if isinstance(value, str) else value


Multiplier = Annotated[
    Decimal, BeforeValidator(_comma), Field(allow_inf_nan=False, max_digits=6, decimal_places=2)
]
STATES: Final = {
    "planned": (_("Planned"), "wait"),
    "running": (_("Running"), "good"),
    "ended": (_("Ended"), "none"),
    "stopped": (_("Stopped"), "none"),
}


class CampaignForm(Form):
    """A campaign that has yet to start; an empty start is at once, an empty action all of them."""

    opened: Whole = 0
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=bounds.NAME_MAX)
    ]
    action: Annotated[str | None, OrNone] = None
    multiplier: Multiplier
    starts_at: LocalTime = None
    ends_at: RequiredTime
    budget: OptionalWhole = None
    customer_cap: OptionalWhole = None


class RunningForm(Form):
    """What may still be changed of a campaign that runs."""

    opened: Whole
    ends_at: RequiredTime
    budget: OptionalWhole = None


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """List all campaigns."""
    program = person_of(request).program
    found = await campaigns_of(program, now=now_of(request))
    return page(request, "campaigns.html", found=found, **await _words(request, program))


@allowed("read_settings")
async def begin(request: web.Request) -> web.StreamResponse:
    """Show an empty plan."""
    return await _page(request, None, fresh(CampaignForm, opened=0, multiplier="2"))


@allowed("change_rules")
async def plan(request: web.Request) -> web.StreamResponse:
    """Add a campaign."""
    person, now = person_of(request), now_of(request)
    form = await typed(request, CampaignForm)
    if form.value:
        wanted = await _plan(request, form.value)
        if mark(form, problems(wanted, now), _spoken(request)):
            campaign = await plan_campaign(person.program, wanted, by=person.member, now=now)
            return _to(campaign.id)
    return await _page(request, None, form)


@allowed("read_settings")
async def look(request: web.Request) -> web.StreamResponse:
    """Show one campaign."""
    standing = await _standing(request)
    return await _page(request, standing, await _standing_form(request, standing))


@allowed("change_rules")
async def change(request: web.Request) -> web.StreamResponse:
    """Change what may still be changed of a campaign."""
    standing = await _standing(request)
    if standing.state == "planned":
        return await _change_planned(request, standing)
    return await _change_running(request, standing)


@allowed("change_rules")
async def end(request: web.Request) -> web.StreamResponse:
    """End a campaign at once, or call it off."""
    person, campaign_id = person_of(request), _id(request)
    await typed(request, Form)
    await end_campaign(person.program, campaign_id, by=person.member, now=now_of(request))
    return _to(campaign_id)


async def _change_planned(request: web.Request, standing: Standing) -> web.StreamResponse:
    person, now = person_of(request), now_of(request)
    form = await typed(request, CampaignForm)
    if form.value:
        wanted = await _plan(request, form.value)
        if mark(form, problems(wanted, now), _spoken(request)):
            with form.blaming("form", CampaignChanged):
                await change_campaign(
                    person.program,
                    standing.campaign.id,
                    wanted,
                    opened=form.value.opened,
                    by=person.member,
                    now=now,
                )
                return _to(standing.campaign.id)
    return await _page(request, standing, form)


async def _change_running(request: web.Request, standing: Standing) -> web.StreamResponse:
    person, campaign = person_of(request), standing.campaign
    form = await typed(request, RunningForm)
    if form.value:
        zone = await _zone(request)
        # The field shows minutes: an end that nobody touched is the end to the microsecond.
        is_same = form.texts.get("ends_at") == written(campaign.ends_at, zone)
        ends_at = campaign.ends_at if is_same else in_zone(form.value.ends_at, zone)
        wanted = Plan(
            name=campaign.name,
            action=campaign.action,
            multiplier=campaign.multiplier,
            starts_at=None,
            ends_at=ends_at,
            budget=form.value.budget,
            customer_cap=campaign.customer_cap,
        )
        with form.blaming("form", CampaignChanged), form.blaming("form", CampaignStarted):
            await change_campaign(
                person.program,
                campaign.id,
                wanted,
                opened=form.value.opened,
                by=person.member,
                now=now_of(request),
            )
            return _to(campaign.id)
    return await _page(request, standing, form)


async def _page(request: web.Request, standing: Standing | None, form: Typed[Any]) -> web.Response:
    program, now = person_of(request).program, now_of(request)
    if standing and form.problem("form"):
        # They have been told; what they save next is what they want all the same.
        form.texts = {**form.texts, "opened": standing.campaign.version}
    others = await campaigns_of(program, now=now)
    spoken = _spoken(request)
    return page(
        request,
        "campaign.html",
        status=form.status,
        form=form,
        standing=standing,
        rivals=overlapping(standing.campaign, others) if standing else (),
        given=await given_by(program, standing.campaign) if standing else None,
        actions=[
            ("", spoken.text("All actions")),
            *((action.code, spoken.text(action.label)) for action in PAID),
        ],
        bounds=bounds,
        **await _words(request, program),
    )


async def _words(request: web.Request, program: Program) -> dict[str, Any]:
    spoken, zone = _spoken(request), await _zone(request)
    return {
        "states": STATES,
        "program": program,
        "zone": spoken.time_zone_name(zone, now_of(request)),
        "local": lambda at: at.astimezone(ZoneInfo(zone)),
        "author_word": lambda author: author_word(spoken, author),
        "action_word": lambda code: spoken.text(label_of(code) if code else "All actions"),
    }


async def _plan(request: web.Request, form: CampaignForm) -> Plan:
    zone = await _zone(request)
    return Plan(
        name=form.name,
        action=form.action,
        multiplier=form.multiplier,
        starts_at=in_zone(form.starts_at, zone) if form.starts_at else None,
        ends_at=in_zone(form.ends_at, zone),
        budget=form.budget,
        customer_cap=form.customer_cap,
    )


async def _standing_form(request: web.Request, standing: Standing) -> Typed[Any]:
    campaign, zone = standing.campaign, await _zone(request)
    said = {
        "opened": campaign.version,
        "ends_at": written(campaign.ends_at, zone),
        "budget": campaign.budget,
    }
    if standing.state != "planned":
        return fresh(RunningForm, **said)
    return fresh(
        CampaignForm,
        **said,
        name=campaign.name,
        action=campaign.action,
        multiplier=f"{campaign.multiplier.normalize():f}",
        starts_at=written(campaign.starts_at, zone),
        customer_cap=campaign.customer_cap,
    )


async def _standing(request: web.Request) -> Standing:
    return await campaign_of(person_of(request).program, _id(request), now=now_of(request))


def _id(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["campaign"])
    except ValueError:
        raise NotFound from None


async def _zone(request: web.Request) -> str:
    return await programs.zone_of(person_of(request).program.id, now_of(request))


def _spoken(request: web.Request) -> Translator:
    return translator(locale_of(request))


def _to(campaign_id: UUID) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{CAMPAIGNS}/{campaign_id}?saved=1"})


ROUTES: Final = (
    web.get(CAMPAIGNS, show),
    web.get(f"{CAMPAIGNS}/new", begin),
    web.post(CAMPAIGNS, plan),
    web.get(f"{CAMPAIGNS}/{{campaign}}", look),
    web.post(f"{CAMPAIGNS}/{{campaign}}", change),
    web.post(f"{CAMPAIGNS}/{{campaign}}/end", end),
)
