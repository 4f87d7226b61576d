"""Members of the staff, and the devices in their pockets."""

from datetime import datetime
from itertools import count
from typing import Any

import pyotp

from domain.access import factors, staff
from domain.access.models import Staff
from domain.access.sign_in import Visitor
from domain.programs import Program
from tests.clock import MONDAY_NOON

HERE = Visitor(address="203.0.113.7", browser="Firefox")
PASSWORD = "cà phê sữa đá 2026"
_numbers = count(1)


async def a_colleague(program: Program, role: str = "owner", **how: Any) -> Staff:
    values = {"login": f"lan{next(_numbers)}", "name": "Lan Anh", "now": MONDAY_NOON, **how}
    return await staff.create_staff(program, role=role, **values)


class Device:
    """An app that was given a secret."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)

    def code(self, at: datetime, steps: int = 0) -> str:
        return self._totp.generate_otp(int(at.timestamp()) // 30 + steps)


async def with_factor(
    member: Staff, program: Program, *, now: datetime = MONDAY_NOON
) -> tuple[Device, list[str]]:
    """Turn a member's second step on; return the device, and the recovery codes."""
    await factors.set_up(member, now=now)
    setup = await factors.waiting(member, program)
    assert setup is not None
    device = Device(setup.secret)
    codes = await factors.confirm(member, device.code(now), session=b"", now=now)
    return device, codes
