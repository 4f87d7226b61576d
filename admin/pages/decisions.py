"""Decisions: every attempt to earn, found by filters, counted by reason, opened to its facts."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from admin.auth.people import allowed, person_of
from admin.pages.decision_words import (
    CHANNELS,
    channel_word,
    instants,
    told,
    verdict_word,
    why,
)
from admin.pages.instants import today_in
from admin.pages.layout import page
from admin.pages.places import DECISIONS, movements_place
from admin.pages.ranges import day
from admin.pages.rules import PAID
from domain import programs
from domain.earning.campaigns import campaigns_of
from domain.earning.decision_log import DAYS_MAX, NAMED_MAX, DecisionRow, Outcome, Search, search
from domain.errors import InvalidInput
from domain.programs import Program
from domain.reporting.movements import Question
from domain.reporting.periods import Period
from locales import Translator, translator
from web.errors import locale_of
from web.keys import CLOCK

DAYS: Final = 30
_OUTCOMES: Final[dict[str, Outcome]] = {"paid": "paid", "refused": "refused"}
_NAME_MAX: Final = 100


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """List the attempts that are asked for."""
    program = person_of(request).program
    now: datetime = request.config_dict[CLOCK].now()
    zone = await programs.zone_of(program.id, now)
    wanted = asked(request.query, today_in(zone, now))
    found = await search(program, wanted, now=now, cursor=request.query.get("cursor"))
    spoken = translator(locale_of(request))
    return page(
        request,
        "decisions.html",
        found=found,
        wanted=wanted,
        result=wanted.verdict or wanted.outcome or "",
        actions=[("", spoken.text("All actions")), *_words(spoken)],
        results=_results(spoken, wanted.verdict),
        channels=[
            ("", spoken.text("Everywhere")),
            *((code, spoken.text(words)) for code, words in CHANNELS.items()),
        ],
        named_max=NAMED_MAX,
        days_max=DAYS_MAX,
        zone=spoken.time_zone_name(zone, now),
        place=lambda **more: _place(wanted, **more),
        local=lambda at: at.astimezone(ZoneInfo(zone)),
        verdict_word=lambda verdict: verdict_word(spoken, verdict),
        why=lambda verdict: why(spoken, verdict),
        channel_word=lambda channel: channel_word(spoken, channel),
        movements_of=lambda row: _movements(wanted, row),
        told=await _teller(spoken, program, zone, now),
        labels=dict(_words(spoken)),
    )


def asked(query: Mapping[str, str], today: date) -> Search:
    """Read from an address which attempts are meant; without days, those of the last thirty.

    Raises InvalidInput for a day that is none.
    """
    result = query.get("result") or None
    customer = (query.get("customer") or "").strip()
    if len(customer) > _NAME_MAX or "\0" in customer:
        raise InvalidInput("a customer is named by an id or a part of the name")
    first, last = query.get("from"), query.get("to")
    until = day(last) if last else today
    return Search(
        first=day(first) if first else until - timedelta(days=DAYS - 1),
        last=until,
        customer=customer or None,
        action=query.get("action") or None,
        outcome=_OUTCOMES.get(result or ""),
        verdict=None if result in _OUTCOMES else result,
        channel=query.get("channel") or None,
    )


def _words(spoken: Translator) -> list[tuple[str, str]]:
    return [(action.code, spoken.text(action.label)) for action in PAID]


def _results(spoken: Translator, chosen: str | None) -> list[tuple[str, str]]:
    """Return what may be chosen as a result; a reason that was chosen elsewhere is among them."""
    offered = [
        ("", spoken.text("Every result")),
        ("paid", spoken.text("Paid")),
        ("refused", spoken.text("Refused")),
    ]
    return [*offered, (chosen, verdict_word(spoken, chosen))] if chosen else offered


def _place(wanted: Search, **more: object) -> str:
    query: dict[str, object] = {
        "from": wanted.first,
        "to": wanted.last,
        "customer": wanted.customer,
        "action": wanted.action,
        "result": wanted.verdict or wanted.outcome,
        "channel": wanted.channel,
        **more,
    }
    said = {name: value for name, value in query.items() if value is not None}
    return f"{DECISIONS}?{urlencode(said)}"


def _movements(wanted: Search, row: DecisionRow) -> str:
    period = Period(wanted.first, wanted.last, "program")
    return movements_place(period, Question(customer_id=row.customer_id))


async def _teller(spoken: Translator, program: Program, zone: str, now: datetime) -> Any:
    names = {str(s.campaign.id): s.campaign.name for s in await campaigns_of(program, now=now)}

    def tell(row: DecisionRow) -> Any:
        when = {name: _written(spoken, at, zone) for name, at in instants(row)}
        return told(spoken, row, names, when)

    return tell


def _written(spoken: Translator, at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{spoken.date(local)}, {spoken.clock(local)}"


ROUTES: Final = (web.get(DECISIONS, show),)
