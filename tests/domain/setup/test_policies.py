from typing import Any

import pytest

from domain.access.staff import create_staff
from domain.errors import InvalidInput
from domain.programs import Program
from domain.setup.policies import Policies, change_policies
from tests.clock import MONDAY_NOON
from tests.factories import a_program

SENSIBLE: dict[str, Any] = {
    "qualifying_act": "register",
    "debt_policy": "clamp",
    "grace_days": None,
    "update_retention_days": 2,
    "decision_retention_days": 3650,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"qualifying_act": "smile"},
        {"debt_policy": "forgive"},
        {"grace_days": 0},
        {"grace_days": 366},
        {"update_retention_days": 1},
        {"update_retention_days": 366},
        {"decision_retention_days": 29},
        {"decision_retention_days": 3651},
    ],
    ids=str,
)
async def test_policies_out_of_bounds_are_refused(opened: str, wrong: dict[str, Any]) -> None:
    program = await a_program()
    owner = await create_staff(program, login="lan", name="Lan", role="owner", now=MONDAY_NOON)
    await change_policies(program, Policies(**SENSIBLE), by=owner, now=MONDAY_NOON)

    with pytest.raises(InvalidInput):
        await change_policies(program, Policies(**SENSIBLE | wrong), by=owner, now=MONDAY_NOON)

    stands = await Program.get(id=program.id)
    assert {name: getattr(stands, name) for name in SENSIBLE} == SENSIBLE
