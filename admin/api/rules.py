"""Rules, campaigns and decisions as JSON: the same verbs and figures as the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from admin.api.shapes import ActionCode, Cursor, Id, IsoDay, Rows, Slug
from admin.auth.people import allowed, person_of
from domain.earning.actions import ACTIONS
from domain.earning.campaigns import Standing, campaigns_of
from domain.earning.decision_log import DecisionRow, Outcome, Search, search
from domain.earning.rule_values import values_of
from domain.earning.rules import read_rulebook
from domain.errors import NotFound
from web.answers import answer
from web.bodies import Body, read_query
from web.keys import CLOCK
from web.openapi import Operation, operation

_PREFIX: Final = "/admin/api/v1"
_SECURITY: Final = ("session", "token")
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Nothing(Body):
    """Nothing more to say."""

    program: Slug | None = None


class DecisionsQuery(Body):
    """Attempts on these days of the program's zone; `result` is paid, refused, or one reason."""

    program: Slug | None = None
    from_: IsoDay = Field(alias="from")
    to: IsoDay
    customer: Id | Name | None = None
    action: ActionCode | None = None
    result: Code | None = None
    channel: Code | None = None
    cursor: Cursor | None = None
    limit: Rows = "50"


class RuleAnswer(BaseModel):
    """The version of a rule that is in force."""

    action: str
    version: int
    enabled: bool
    points: int
    daily_cap: int | None
    lifetime: Literal["never", "days", "months", "date"]
    lifetime_count: int | None
    lifetime_on: date | None
    holding_days: int
    settings: dict[str, int]
    valid_from: datetime | None


class RulesAnswer(BaseModel):
    """What every action gives now."""

    items: list[RuleAnswer]


class CampaignAnswer(BaseModel):
    """A campaign as it stands; `action` null is all of them, `used` is of its budget."""

    id: UUID
    name: str
    state: Literal["planned", "running", "ended", "stopped"]
    action: str | None
    multiplier: Decimal
    starts_at: datetime
    ends_at: datetime
    budget: int | None
    used: int | None
    customer_cap: int | None


class CampaignsAnswer(BaseModel):
    """All campaigns: running, planned, then past ones."""

    items: list[CampaignAnswer]


class AttemptAnswer(BaseModel):
    """One attempt to earn: `posted`, `pending` or the code of the refusal, and its facts."""

    id: UUID
    customer_id: UUID
    customer: str
    action: str
    verdict: str
    rule_version: int | None
    facts: dict[str, Any]
    channel: str
    decided_at: datetime


class AttemptsAnswer(BaseModel):
    """Some attempts, the newest first, and how many came to what, whatever `result` says."""

    rows: list[AttemptAnswer]
    next: str | None
    totals: dict[str, int]


def _reads(summary: str, shape: type[BaseModel], query: type[Body]) -> Operation:
    return Operation(
        summary=summary, answers={200: shape}, refusals=(403,), query=query, security=_SECURITY
    )


@operation(_reads("The rules in force", RulesAnswer, Nothing))
@allowed("read_settings")
async def list_rules(request: web.Request) -> web.StreamResponse:
    program_id = _meant(request, read_query(request, Nothing).program)
    now = request.config_dict[CLOCK].now()
    book = await read_rulebook(program_id)
    items = []
    for action in ACTIONS.values():
        if not action.points:
            continue
        rule = book.version(action.code, now)
        said = dict(vars(values_of(rule, action.code)))
        items.append(
            RuleAnswer(
                **said,
                action=action.code,
                lifetime=said["lifetime_kind"],
                version=rule.version if rule else 0,
                valid_from=rule.valid_from if rule else None,
            )
        )
    return answer(RulesAnswer(items=items))


@operation(_reads("The campaigns", CampaignsAnswer, Nothing))
@allowed("read_settings")
async def list_campaigns(request: web.Request) -> web.StreamResponse:
    _meant(request, read_query(request, Nothing).program)
    now = request.config_dict[CLOCK].now()
    found = await campaigns_of(person_of(request).program, now=now)
    return answer(CampaignsAnswer(items=[_campaign(standing) for standing in found]))


@operation(_reads("The decision log", AttemptsAnswer, DecisionsQuery))
@allowed("read_settings")
async def list_decisions(request: web.Request) -> web.StreamResponse:
    asked = read_query(request, DecisionsQuery)
    _meant(request, asked.program)
    outcomes: dict[str, Outcome] = {"paid": "paid", "refused": "refused"}
    wanted = Search(
        first=asked.from_,
        last=asked.to,
        customer=None if asked.customer is None else str(asked.customer),
        action=asked.action,
        outcome=outcomes.get(asked.result or ""),
        verdict=None if asked.result in outcomes else asked.result,
        channel=asked.channel,
    )
    now = request.config_dict[CLOCK].now()
    found = await search(
        person_of(request).program, wanted, now=now, cursor=asked.cursor, limit=int(asked.limit)
    )
    return answer(
        AttemptsAnswer(
            rows=[_attempt(row) for row in found.rows], next=found.next, totals=dict(found.counts)
        )
    )


def _campaign(standing: Standing) -> CampaignAnswer:
    campaign = standing.campaign
    return CampaignAnswer(
        id=campaign.id,
        name=campaign.name,
        state=standing.state,
        action=campaign.action,
        multiplier=campaign.multiplier,
        starts_at=campaign.starts_at,
        ends_at=campaign.over_at,
        budget=campaign.budget,
        used=standing.used,
        customer_cap=campaign.customer_cap,
    )


def _attempt(row: DecisionRow) -> AttemptAnswer:
    return AttemptAnswer(**vars(row) | {"facts": dict(row.facts)})


def _meant(request: web.Request, slug: str | None) -> UUID:
    """Return the program that is meant; another program is not found."""
    program = person_of(request).program
    if slug not in (None, program.slug):
        raise NotFound
    return program.id


ROUTES: Final = (
    web.get(f"{_PREFIX}/rules", list_rules),
    web.get(f"{_PREFIX}/campaigns", list_campaigns),
    web.get(f"{_PREFIX}/decisions", list_decisions),
)
