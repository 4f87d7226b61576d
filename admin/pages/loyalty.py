"""Reports / Customer Loyalty: the page and its spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from aiohttp import web

from admin.auth.people import allowed, person_of
from admin.exports import send_loyalty
from admin.pages import charts
from admin.pages.layout import page
from admin.pages.places import (
    LOYALTY,
    LOYALTY_CSV,
    REFERRALS,
    movements_place,
    report_place,
)
from admin.pages.ranges import Choice, chosen
from admin.pages.words import figure_word
from domain.access.roles import may
from domain.ledger.closing import closed_through
from domain.reporting.customer_loyalty import (
    DEDUCTED,
    ISSUED,
    PURPOSES,
    SOURCES,
    USED,
    CustomerLoyalty,
    Part,
    customer_loyalty,
)
from domain.reporting.movements import Question
from domain.reporting.periods import Period
from locales import Translator, translator
from web.errors import locale_of

REFERRERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A source, purpose or reason: its points, its share, its colour, where its movements are."""

    label: str
    amount: int
    share: float
    colour: int
    place: str


@dataclass(frozen=True, slots=True)
class Trend:
    """How a total compares with the one of the period before; no ratio if that was nothing."""

    ratio: float | None
    before: int

    @property
    def icon(self) -> str:
        if not self.ratio:
            return "minus"
        return "trending-up" if self.ratio > 0 else "trending-down"


@allowed("read_reports")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the report of the range in the address."""
    person = person_of(request)
    choice = await chosen(request)
    report = await customer_loyalty(person.program, choice.period)
    spoken = translator(locale_of(request))
    return page(
        request,
        "loyalty.html",
        choice=choice,
        report=report,
        final_through=await _final_through(person.program.id, choice.period),
        may_export=may(person.member, "export_reports"),
        **_cards(spoken, report),
        **_places(choice),
    )


async def _final_through(program_id: UUID, wanted: Period) -> date | None:
    """Return the last day whose figures are final; days are closed by the program's dates only."""
    return await closed_through(program_id) if wanted.zone == "program" else None


@allowed("export_reports")
async def export(request: web.Request) -> web.StreamResponse:
    """Send the report as a spreadsheet."""
    return await send_loyalty(request, (await chosen(request)).period)


def _cards(spoken: Translator, report: CustomerLoyalty) -> dict[str, Any]:
    now, before = report.totals, report.previous
    gone = now.used.total + now.deducted.total
    return {
        "issued": list(_lines(spoken, now.issued, now.period, SOURCES, "earned")),
        "used": list(_lines(spoken, now.used, now.period, PURPOSES, "redeemed")),
        "deducted": list(_lines(spoken, now.deducted, now.period, (), "")),
        "issued_donut": charts.donut([figure.amount for figure in now.issued.figures]),
        "used_donut": charts.donut([figure.amount for figure in now.used.figures]),
        "issued_trend": _trend(now.issued.total, before.issued.total),
        "gone": gone,
        "gone_trend": _trend(gone, before.used.total + before.deducted.total),
        "used_share": now.used.total / now.issued.total if now.issued.total else None,
        "strip": charts.strip(report.days),
        "spans": charts.spans(report.days),
        "referrers": report.referrers[:REFERRERS_SHOWN],
    }


def _lines(
    spoken: Translator, part: Part, period: Period, named: tuple[str, ...], kind: str
) -> Iterator[Line]:
    """List the figures, the largest first, then by name what did not happen."""
    happened = [(figure.kind, figure.action, figure.amount) for figure in part.figures]
    missing = [(kind, code, 0) for code in named if code not in {code for _, code, _ in happened}]
    for number, (kind_, action, amount) in enumerate([*happened, *missing]):
        yield Line(
            label=figure_word(spoken, kind_, action),
            amount=amount,
            share=amount / part.total if part.total else 0,
            colour=min(number, charts.OTHER),
            place=movements_place(period, Question(kinds=(kind_,), action=action)),
        )


def _trend(now: int, before: int) -> Trend:
    return Trend((now - before) / before if before else None, before)


def _places(choice: Choice) -> dict[str, Any]:
    """Where every figure of the page leads."""
    period = choice.period
    return {
        "report_address": LOYALTY,
        "csv_place": report_place(LOYALTY_CSV, period),
        "previous_place": report_place(LOYALTY, period.previous()),
        "issued_place": movements_place(period, Question(kinds=ISSUED)),
        "used_place": movements_place(period, Question(kinds=USED)),
        "deducted_place": movements_place(period, Question(kinds=DEDUCTED)),
        "gone_place": movements_place(period, Question(kinds=(*USED, *DEDUCTED))),
        "difference_place": movements_place(period, Question(kinds=(*ISSUED, *USED))),
        "days_place": lambda kind, on, through=None: movements_place(
            period, Question(kinds=(kind,), on=on, through=through)
        ),
        "referrals_place": lambda customer_id=None: report_place(
            REFERRALS, period, customer=customer_id
        ),
    }
