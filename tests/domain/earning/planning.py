"""Campaigns, claims and staff as tests of rules need them."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from domain.access.models import Staff
from domain.access.staff import create_staff
from domain.earning.campaign_changes import Plan, plan_campaign
from domain.earning.claims import claim
from domain.earning.models import Campaign
from domain.ledger.requests import Verdict
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member

NOW = MONDAY_NOON
DAY = timedelta(days=1)
_numbers = count(1)


async def an_owner(program: Program, name: str = "Lan Anh") -> Staff:
    login = f"owner{next(_numbers)}"
    return await create_staff(program, login=login, name=name, role="owner", now=NOW - DAY)


def a_plan(**how: Any) -> Plan:
    values: dict[str, Any] = {
        "name": "Tuần lễ vàng",
        "action": "daily_login",
        "multiplier": Decimal(2),
        "starts_at": None,
        "ends_at": NOW + 7 * DAY,
        **how,
    }
    return Plan(**values)


async def a_campaign(program: Program, by: Staff, **how: Any) -> Campaign:
    return await plan_campaign(program, a_plan(**how), by=by, now=how.pop("now", NOW))


async def checks_in(program: Program, customer_id: Any, *, now: Any = NOW) -> Verdict:
    return await claim(
        program,
        customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=now,
        request=a_key(customer_id),
    )


async def members(program: Program, number: int) -> list[Any]:
    return [(await a_member(program)).customer_id for _ in range(number)]
