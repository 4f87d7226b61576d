"""Arrivals as tests need them: somebody called Kim, a minute after everything else."""

from datetime import timedelta
from typing import Any

from domain.customers.enrolment import Identity
from domain.customers.models import Customer
from domain.earning.arrival import Arrival, arrive
from domain.earning.decisions import decisions
from domain.programs import Program
from tests.clock import MONDAY_NOON

MINUTE = timedelta(minutes=1)
KIM = Identity("telegram", "7806750434")


async def arrives(program: Program, start_param: str | None, **how: Any) -> Arrival:
    values: dict[str, Any] = {"name": "Kim", "locale": "vi", "channel": "telegram", **how}
    values = {"identity": KIM, "now": MONDAY_NOON + MINUTE, **values}
    return await arrive(program, values.pop("identity"), start_param=start_param, **values)


async def verdicts_on(customer: Customer, action: str) -> list[str]:
    """What was decided about the customer and this action, newest first."""
    return [d.verdict for d in await decisions(customer.customer_id) if d.action == action]
