"""The catalogue of reports: what can be asked for, and by which words."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report: its address, its English title, its statements and what it can be narrowed by."""

    code: str
    title: str
    sql: str
    filters: tuple[str, ...]


_CATALOGUE = (
    Report(
        code="customer-loyalty",
        title="Customer Loyalty",
        sql="customer_loyalty.sql",
        filters=("from", "to", "zone"),
    ),
    Report(
        code="movements",
        title="Loyalty movements",
        sql="movements.sql",
        filters=("from", "to", "zone", "kind", "action", "on", "customer", "cursor", "limit"),
    ),
    Report(
        code="referrals",
        title="Mini app access referrals",
        sql="referrals.sql",
        filters=("from", "to", "zone", "customer", "cursor", "limit"),
    ),
)

REPORTS: Final[dict[str, Report]] = {report.code: report for report in _CATALOGUE}
