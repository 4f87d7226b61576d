"""Races for what is on hold, and between accounts that are carried on while somebody spends."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.customers.models import Customer
from domain.ledger import holds
from domain.ledger.audit import run
from domain.ledger.corrections import Correction, reverse
from domain.ledger.requests import Verdict
from domain.ledger.standing import standing
from domain.ledger.sweep import sweep
from domain.ledger.transfer import Reason, transfer
from tests.clock import MONDAY_NOON as NOW
from tests.domain.ledger.racing import RACERS, answers, race, strip_locks
from tests.factories import a_member, a_program, posted

MERGE = Reason(action="merge", actor="job")


async def _two() -> tuple[UUID, UUID]:
    """Two members with the 50 points of their registration each."""
    program = await a_program()
    one, other = await a_member(program), await a_member(program)
    return one.customer_id, other.customer_id


async def _hold(customer_id: UUID, points: int) -> Verdict:
    return await holds.hold(customer_id, points, actor="customer", now=NOW)


async def _assert_one_hold_gets_the_points(dsn: str, racers: int) -> None:
    member = await a_member(await a_program())

    outcomes = await race(dsn, [_hold(member.customer_id, 30) for _ in range(racers)])

    assert answers(outcomes) == {201: 1, 409: racers - 1}
    stands = await standing(member.customer_id, now=NOW)
    assert (stands.balance, stands.held) == (50, 30)
    assert await run() == []


@pytest.mark.parametrize("racers", [2, RACERS])
async def test_of_many_holds_at_once_one_gets_the_points(wide: str, racers: int) -> None:
    await _assert_one_hold_gets_the_points(wide, racers)


@pytest.mark.parametrize("racers", [2, RACERS])
async def test_without_the_lock_holds_would_go_wrong(wide: str, racers: int) -> None:
    await strip_locks(wide)

    with pytest.raises(AssertionError, match="CheckViolationError"):
        await _assert_one_hold_gets_the_points(wide, racers)


async def test_a_hold_is_captured_once_by_fifty(wide: str) -> None:
    member = await a_member(await a_program())
    placed = await _hold(member.customer_id, 30)
    hold_id = UUID(placed.facts["hold_id"])

    outcomes = await race(wide, [_capture(member, hold_id) for _ in range(RACERS)])

    assert answers(outcomes) == {201: 1, 409: RACERS - 1}
    assert (await standing(member.customer_id, now=NOW)).balance == 20
    assert await run() == []


async def _capture(member: Customer, hold_id: UUID) -> Verdict:
    return await holds.capture(member.customer_id, hold_id, actor="customer", now=NOW)


async def test_a_capture_a_release_and_the_sweep_at_once_leave_one_end(wide: str) -> None:
    member = await a_member(await a_program())
    placed = await _hold(member.customer_id, 30)
    hold_id, lapsed = UUID(placed.facts["hold_id"]), NOW + timedelta(minutes=15)

    captured, _, swept = await race(
        wide,
        [
            _capture(member, hold_id),
            holds.release(member.customer_id, hold_id, now=NOW),
            sweep(now=lapsed),
        ],
    )

    assert isinstance(swept, int)
    spent = 30 if captured.status == 201 else 0
    stands = await standing(member.customer_id, now=lapsed)
    assert (stands.balance, stands.held) == (50 - spent, 0)
    assert await run() == []


async def test_a_capture_and_a_reversal_of_the_same_points_at_once(wide: str) -> None:
    member = await a_member(await a_program())
    earned = await posted(member.customer_id, 40, now=NOW, expires_at=NOW + timedelta(days=1))
    placed = await _hold(member.customer_id, 90)
    why = Correction(business_key="refund:1", actor="system")
    assert earned.movement_id

    captured, reversed_ = await race(
        wide,
        [
            _capture(member, UUID(placed.facts["hold_id"])),
            reverse(
                member.customer_id, earned.movement_id, 40, why, policy="allow_negative", now=NOW
            ),
        ],
    )

    assert reversed_.facts["points"] == -40
    stands = await standing(member.customer_id, now=NOW)
    assert (captured.status, stands.balance) in {(201, -40), (409, 50)}
    assert await run() == []


async def _assert_nothing_is_lost(dsn: str) -> None:
    one, other = await _two()

    outcomes = await race(
        dsn,
        [
            *(posted(one, -20, now=NOW) for _ in range(10)),
            transfer(one, other, MERGE, now=NOW),
            *(posted(other, -20, now=NOW) for _ in range(10)),
        ],
    )

    assert answers(outcomes).keys() <= {201, 409, "NotFound", "CarriedOn"}
    assert outcomes[10].status == 201
    spent = 20 * sum(o.status == 201 for o in _answered([*outcomes[:10], *outcomes[11:]]))
    balances = [(await standing(each, now=NOW)).balance for each in (one, other)]
    assert balances == [0, 100 - spent]
    assert await run() == []


def _answered(outcomes: Sequence[Any]) -> list[Any]:
    return [outcome for outcome in outcomes if hasattr(outcome, "status")]


async def test_who_spends_while_an_account_is_carried_on_loses_nothing(wide: str) -> None:
    await _assert_nothing_is_lost(wide)


async def test_without_the_locks_a_transfer_would_lose_points(wide: str) -> None:
    await strip_locks(wide)

    with pytest.raises(AssertionError, match=r"UniqueViolationError|CheckViolationError"):
        await _assert_nothing_is_lost(wide)


async def test_two_accounts_carried_on_by_each_other_at_once_become_one(wide: str) -> None:
    program = await a_program()
    pairs = [(await a_member(program), await a_member(program)) for _ in range(10)]
    ways = [
        (source.customer_id, target.customer_id)
        for one, other in pairs
        for source, target in ((one, other), (other, one))
    ]

    outcomes = await race(wide, [transfer(*way, MERGE, now=NOW) for way in ways])

    assert answers(outcomes) == {201: 10, 409: 10}
    for one, other in pairs:
        balances = [(await standing(each.customer_id, now=NOW)).balance for each in (one, other)]
        assert sorted(balances) == [0, 100]
    assert await run() == []


async def test_a_circle_of_transfers_at_once_ends_in_one_account(wide: str) -> None:
    program = await a_program()
    members = [(await a_member(program)).customer_id for _ in range(8)]

    outcomes = await race(
        wide,
        [
            transfer(source, target, MERGE, now=NOW)
            for source, target in zip(members, [*members[1:], members[0]], strict=True)
        ],
    )

    assert answers(outcomes) == {201: 7, 409: 1}
    balances = [(await standing(each, now=NOW)).balance for each in members]
    assert sorted(balances) == [0] * 7 + [400]
    assert await run() == []
