from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.errors import InvalidInput, NotFound
from domain.ids import new_id
from domain.ledger import holds
from domain.ledger.requests import KeyReused
from domain.ledger.sweep import sweep
from tests.domain.ledger.chronicle import Chronicle, a_chronicle
from tests.factories import a_key

MINUTE = timedelta(minutes=1)


async def _hold(chronicle: Chronicle, points: int, **how: Any) -> UUID:
    how = {"actor": "system", "now": chronicle.now, **how}
    verdict = await holds.hold(chronicle.customer_id, points, **how)
    assert verdict.status == 201
    return UUID(verdict.facts["hold_id"])


async def test_held_points_stay_in_the_balance_and_cannot_be_spent(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)

    verdict = await holds.hold(chronicle.customer_id, 70, actor="customer", now=chronicle.now)

    assert verdict.status == 201
    assert (verdict.facts["points"], verdict.facts["spendable"]) == (70, 30)
    assert verdict.facts["lapses_at"] == (chronicle.now + 15 * MINUTE).isoformat()
    stands = await chronicle.stands()
    assert (stands.balance, stands.spendable, stands.held) == (100, 30, 70)


async def test_a_hold_of_more_than_is_free_is_refused_with_what_there_is(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    await _hold(chronicle, 70)

    verdict = await holds.hold(chronicle.customer_id, 31, actor="customer", now=chronicle.now)

    assert verdict.status == 409
    assert verdict.facts["code"] == "insufficient_points"
    assert (verdict.facts["needed"], verdict.facts["spendable"]) == (31, 30)


async def test_a_capture_spends_as_a_discount(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    hold = await _hold(chronicle, 70, reference="receipt-7")

    verdict = await holds.capture(
        chronicle.customer_id, hold, actor="customer", now=chronicle.now + MINUTE
    )

    assert (verdict.status, verdict.facts["points"]) == (201, -70)
    assert await chronicle.story() == [("earned", 100), ("redeemed", -70)]
    stands = await chronicle.stands()
    assert (stands.balance, stands.spendable, stands.held) == (30, 30, 0)


async def test_a_part_may_be_captured_and_the_rest_is_free_again(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    hold = await _hold(chronicle, 70)

    await holds.capture(chronicle.customer_id, hold, points=20, actor="customer", now=chronicle.now)

    stands = await chronicle.stands()
    assert (stands.balance, stands.spendable) == (80, 80)


async def test_held_points_outlive_their_expiry_and_go_when_they_are_let_go(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100, lapses=5 / 24 / 60)
    captured, released = await _hold(chronicle, 30), await _hold(chronicle, 20)

    later = chronicle.now = chronicle.now + 10 * MINUTE
    assert (await chronicle.stands()).balance == 50
    await holds.capture(chronicle.customer_id, captured, actor="customer", now=later)
    verdict = await holds.release(chronicle.customer_id, released, now=later)

    assert (verdict.status, verdict.facts["balance"]) == (200, 0)
    assert await chronicle.story() == [
        ("earned", 100),
        ("expired", -50),
        ("redeemed", -30),
        ("expired", -20),
    ]


async def test_a_hold_lapses_by_the_sweep(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100, lapses=5 / 24 / 60)
    hold = await _hold(chronicle, 100)

    assert await sweep(now=chronicle.now + 14 * MINUTE) == 0
    assert await sweep(now=chronicle.now + 15 * MINUTE) == 1

    assert await chronicle.story() == [("earned", 100), ("expired", -100)]
    verdict = await holds.capture(
        chronicle.customer_id, hold, actor="customer", now=chronicle.now + 15 * MINUTE
    )
    assert (verdict.status, verdict.facts["code"]) == (409, "hold_released")


async def test_a_hold_that_lapsed_is_free_again_at_the_next_posting(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    await _hold(chronicle, 100)
    chronicle.now += 15 * MINUTE

    await chronicle.redeem(100)

    assert (await chronicle.stands()).held == 0


async def test_what_a_hold_leaves_is_stored_though_the_posting_is_refused(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    await _hold(chronicle, 100)
    chronicle.now += 15 * MINUTE

    with pytest.raises(AssertionError):
        await chronicle.redeem(101)

    assert (await chronicle.stands()).spendable == 100
    assert await chronicle.story() == [("earned", 100)]


async def test_a_reversal_that_needs_held_points_ends_the_newest_hold(opened: str) -> None:
    chronicle = await a_chronicle()
    earned = await chronicle.earn(100)
    older = await _hold(chronicle, 40)
    chronicle.now += MINUTE
    newer = await _hold(chronicle, 40)

    await chronicle.reverse(earned, 30)

    stands = await chronicle.stands()
    assert (stands.balance, stands.held, stands.debt) == (70, 40, 0)
    customer = chronicle.customer_id
    how: dict[str, Any] = {"actor": "customer", "now": chronicle.now}
    verdict = await holds.capture(customer, newer, **how)
    assert (verdict.status, verdict.facts["code"]) == (409, "hold_released")
    assert (await holds.capture(customer, older, **how)).status == 201


async def test_points_that_expire_because_a_hold_ends_are_not_reversed(opened: str) -> None:
    chronicle = await a_chronicle()
    earned = await chronicle.earn(60, lapses=5 / 24 / 60)
    await _hold(chronicle, 60)
    chronicle.now += 10 * MINUTE

    verdict = await chronicle.reverse(earned, 60)

    assert (verdict.facts["outcome"], verdict.facts["points"]) == ("nothing", 0)
    assert await chronicle.story() == [("earned", 60), ("expired", -60)]


async def test_a_hold_is_spent_once_and_then_is_for_a_refund(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    hold = await _hold(chronicle, 70)
    customer = chronicle.customer_id
    how: dict[str, Any] = {"actor": "customer", "now": chronicle.now}
    captured = await holds.capture(customer, hold, **how)

    again = await holds.capture(customer, hold, **how)
    undone = await holds.release(customer, hold, now=chronicle.now)

    assert [again.facts["code"], undone.facts["code"]] == ["hold_captured", "hold_captured"]
    await chronicle.reimburse(UUID(captured.facts["movement_id"]), 70)
    assert (await chronicle.stands()).balance == 100


async def test_a_hold_that_is_gone_may_be_released_again(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    hold = await _hold(chronicle, 70)

    verdicts = [await holds.release(chronicle.customer_id, hold, now=chronicle.now) for _ in "ab"]

    assert [(v.status, v.facts["spendable"]) for v in verdicts] == [(200, 100), (200, 100)]


async def test_no_more_is_captured_than_is_on_hold(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    hold = await _hold(chronicle, 70)

    verdict = await holds.capture(
        chronicle.customer_id, hold, points=71, actor="customer", now=chronicle.now
    )

    assert (verdict.status, verdict.facts["code"]) == (409, "beyond_hold")
    assert (await chronicle.stands()).held == 70


async def test_a_call_that_is_repeated_gets_its_first_answer(opened: str) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)
    customer = chronicle.customer_id
    how: dict[str, Any] = {"actor": "customer", "now": chronicle.now}

    first, again = [
        await holds.hold(customer, 70, **how, request=a_key(customer, "hold")) for _ in "ab"
    ]
    hold = UUID(first.facts["hold_id"])
    spent, spent_again = [
        await holds.capture(customer, hold, **how, request=a_key(customer, "capture")) for _ in "ab"
    ]

    assert (again.facts, again.replayed) == (first.facts, True)
    assert (spent_again.facts, spent_again.replayed) == (spent.facts, True)
    assert await chronicle.story() == [("earned", 100), ("redeemed", -70)]
    with pytest.raises(KeyReused):
        await holds.hold(customer, 1, **how, request=a_key(customer, "hold", "another body"))


async def test_a_refusal_is_answered_alike_when_the_call_is_repeated(opened: str) -> None:
    chronicle = await a_chronicle()
    customer = chronicle.customer_id
    how: dict[str, Any] = {"actor": "customer", "now": chronicle.now}
    first = await holds.hold(customer, 70, **how, request=a_key(customer, "hold"))
    await chronicle.earn(100)

    again = await holds.hold(customer, 70, **how, request=a_key(customer, "hold"))

    assert (again.status, again.facts, again.replayed) == (409, first.facts, True)


@pytest.mark.parametrize("points", [0, -5, 10**9 + 1])
async def test_a_hold_is_of_some_points(opened: str, points: int) -> None:
    chronicle = await a_chronicle()

    with pytest.raises(InvalidInput):
        await holds.hold(chronicle.customer_id, points, actor="system", now=chronicle.now)
    with pytest.raises(InvalidInput):
        await holds.capture(
            chronicle.customer_id, new_id(), points=points, actor="system", now=chronicle.now
        )


@pytest.mark.parametrize("lasts", [timedelta(0), -MINUTE, 15 * MINUTE + timedelta(seconds=1)])
async def test_a_hold_lasts_no_longer_than_a_quarter_of_an_hour(
    opened: str, lasts: timedelta
) -> None:
    chronicle = await a_chronicle()
    await chronicle.earn(100)

    with pytest.raises(InvalidInput):
        await _hold(chronicle, 10, lasts=lasts)


async def test_a_strangers_hold_is_not_found(opened: str) -> None:
    chronicle, stranger = await a_chronicle(), await a_chronicle()
    await stranger.earn(100)
    hold = await _hold(stranger, 70)

    with pytest.raises(NotFound):
        await holds.capture(chronicle.customer_id, hold, actor="customer", now=chronicle.now)
    with pytest.raises(NotFound):
        await holds.release(chronicle.customer_id, hold, now=chronicle.now)
    with pytest.raises(NotFound):
        await holds.hold(new_id(), 5, actor="customer", now=chronicle.now)
    assert (await stranger.stands()).held == 70
