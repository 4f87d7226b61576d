"""Spreadsheets of reports: the same figures as on the page, one table, a line for each."""

from collections.abc import Iterator

from admin.pages.words import figure_word
from domain.reporting.customer_loyalty import CustomerLoyalty, Part, Totals
from domain.reporting.periods import Period
from domain.reporting.sheets import Cell, sheet
from locales import Translator

LOYALTY_COLUMNS = (
    "section",
    "kind",
    "action",
    "label",
    "points",
    "count",
    "date",
    "customer_id",
    "from",
    "to",
    "zone",
)


def loyalty_sheet(spoken: Translator, report: CustomerLoyalty, zone: str) -> str:
    """Write Customer Loyalty; every line says which days it counts, and in which zone."""
    rows = (
        *_totals(spoken, report.totals, ""),
        *_totals(spoken, report.previous, "previous_"),
    )
    own = report.totals.period
    return sheet(
        LOYALTY_COLUMNS,
        [
            *([*row, period.first, period.last, zone] for row, period in rows),
            *([*row, own.first, own.last, zone] for row in _days(report)),
            *([*row, own.first, own.last, zone] for row in _referrals(report)),
        ],
    )


def _totals(
    spoken: Translator, totals: Totals, prefix: str
) -> Iterator[tuple[tuple[Cell, ...], Period]]:
    for section in ("issued", "used", "deducted"):
        part: Part = getattr(totals, section)
        count = sum(figure.count for figure in part.figures)
        name = f"{prefix}{section}"
        yield (name, "", "", spoken.text("Total"), part.total, count, "", ""), totals.period
        for figure in part.figures:
            label = figure_word(spoken, figure.kind, figure.action)
            yield (
                (name, figure.kind, figure.action, label, figure.amount, figure.count, "", ""),
                totals.period,
            )


def _days(report: CustomerLoyalty) -> Iterator[tuple[Cell, ...]]:
    for day in report.days:
        yield "issued_by_day", "earned", "", "", day.issued, "", day.on, ""
        yield "used_by_day", "redeemed", "", "", day.used, "", day.on, ""


def _referrals(report: CustomerLoyalty) -> Iterator[tuple[Cell, ...]]:
    for one in report.referrers:
        yield (
            "referrals", "", "", one.name, one.points, one.total, one.latest, str(one.customer_id),
        )  # fmt: skip
