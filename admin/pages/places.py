"""Addresses of our pages, and which addresses of others we lead nobody to."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from domain.reporting.movements import Question
from domain.reporting.periods import Period

ROOT: Final = "/admin"
SIGN_IN: Final = f"{ROOT}/sign-in"
OVERVIEW: Final = f"{ROOT}/overview"
SETTINGS: Final = f"{ROOT}/settings"
LOOK: Final = f"{SETTINGS}/look"
TERMS: Final = f"{SETTINGS}/terms"
POLICIES: Final = f"{SETTINGS}/policies"
TELEGRAM: Final = f"{SETTINGS}/telegram"
RULES: Final = f"{ROOT}/rules"
CAMPAIGNS: Final = f"{ROOT}/campaigns"
BROADCASTS: Final = f"{ROOT}/broadcasts"
DECISIONS: Final = f"{ROOT}/decisions"
PRODUCTS: Final = f"{ROOT}/products"
NEWS: Final = f"{ROOT}/news"
CATEGORIES: Final = f"{ROOT}/categories"
FEEDS: Final = f"{ROOT}/feeds"
IMPORTS: Final = f"{ROOT}/content/import"
LOYALTY: Final = f"{ROOT}/reports/customer-loyalty"
LOYALTY_CSV: Final = f"{LOYALTY}.csv"
MOVEMENTS: Final = f"{ROOT}/reports/movements"
REFERRALS: Final = f"{ROOT}/reports/referrals"
SIGN_IN_CODE: Final = f"{SIGN_IN}/code"
SIGN_IN_TELEGRAM: Final = f"{SIGN_IN}/telegram"
SECURITY: Final = f"{ROOT}/security"
FACTOR: Final = f"{SECURITY}/second-step"
TELEGRAM_LINK: Final = f"{SECURITY}/telegram"
TEAM: Final = f"{ROOT}/team"
AUDIT_LOG: Final = f"{ROOT}/audit-log"
AUDIT_LOG_CSV: Final = f"{AUDIT_LOG}.csv"
PASSWORD: Final = f"{ROOT}/password"
HOME: Final = OVERVIEW
API: Final = f"{ROOT}/api/"
# One slash, then plain path characters: never "//host", a scheme, a backslash or a line break.
_LOCAL: Final = re.compile(r"/admin(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*(?:\?[A-Za-z0-9._~=&%+:,-]*)?")


def local(address: str) -> str | None:
    """Return an address of our own pages as it is; None for everything else."""
    return address if _LOCAL.fullmatch(address) else None


def report_place(place: str, period: Period, **narrowed: object) -> str:
    """Return the address of a report's page for a period, narrowed by what is not None."""
    query: dict[str, object] = {"from": period.first, "to": period.last}
    if period.zone != "program":
        query["zone"] = period.zone
    return f"{place}?{_encoded(query | narrowed)}"


def movements_place(period: Period, question: Question, **more: object) -> str:
    """Return the address of the movements that a figure is the sum of."""
    return report_place(
        MOVEMENTS,
        period,
        kind=",".join(question.kinds),
        action=question.action,
        on=question.on,
        through=question.through,
        customer=question.customer_id,
        **more,
    )


def _encoded(query: Mapping[str, object]) -> str:
    return urlencode({name: value for name, value in query.items() if value is not None}, safe=",")
