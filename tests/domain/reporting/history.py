"""Ten weeks of a small coffee shop, the same in every run: what the report's tests count."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from domain.customers.models import Customer
from domain.ledger.standing import standing
from domain.programs import Program
from tests.factories import a_member, a_program, a_visitor, posted

BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
END = BEGIN + timedelta(days=70)
PURPOSES = ("lucky_wheel", "gift_redemption", "discount")


@dataclass(frozen=True)
class History:
    """The program and those who took part."""

    program: Program
    customers: tuple[Customer, ...]


async def a_history(*, names: tuple[str, ...] = ("Ngọc Ánh", "Quốc Bảo"), **how: Any) -> History:
    """Members who earn, spend, let points expire and bring friends, at all hours of the day."""
    chance = Random(20260105)
    program = await a_program(now=BEGIN, **how)
    members = [
        await a_member(program, now=BEGIN + timedelta(hours=number), name=name)
        for number, name in enumerate(names)
    ]
    friends = [await _friend(program, members, chance, number) for number in range(9)]
    everybody = [*members, *friends]
    hour = timedelta(hours=1)
    for step in range(120):
        now = END - timedelta(days=40) + step * 7 * hour
        await _deed(chance.choice(everybody), chance, now)
    for customer in everybody:
        await standing(customer.customer_id, now=END)
    return History(program, tuple(everybody))


async def _friend(
    program: Program, members: list[Customer], chance: Random, number: int
) -> Customer:
    """A friend who comes by an invite; two in three accept the terms."""
    inviter = chance.choice(members)
    come = a_visitor if number % 3 == 2 else a_member
    return await come(
        program,
        now=BEGIN + timedelta(days=2 + 3 * number, hours=5 * number),
        name=f"Bạn {number}",
        start_param=f"r_{inviter.invite_code}",
    )


async def _deed(customer: Customer, chance: Random, now: datetime) -> None:
    amount = chance.randrange(1, 90)
    if chance.random() < 0.35:
        await posted(customer.customer_id, -amount, now=now, action=chance.choice(PURPOSES))
    else:
        lapses = now + timedelta(days=chance.randrange(5, 60)) if chance.random() < 0.5 else None
        await posted(
            customer.customer_id,
            amount,
            now=now,
            action=chance.choice(("purchase", "review")),
            expires_at=lapses,
        )
