from datetime import timedelta
from uuid import UUID

import pytest

from domain import db
from domain.earning.claims import claim
from domain.errors import InvalidInput, NotFound
from domain.ids import new_id
from domain.ledger import holds
from domain.ledger.requests import Verdict
from domain.ledger.statement import movements
from domain.ledger.survivors import survivor_of
from domain.ledger.transfer import transfer
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.domain.ledger.chronicle import MERGE, accounts, carry_on, day
from tests.factories import a_key, a_member, a_program, posted


async def test_everything_moves_in_a_pair_that_sums_to_nothing(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(50)
    await other.earn(100)

    verdict = await carry_on(one, other)

    assert verdict.status == 201
    assert (verdict.facts["points"], verdict.facts["balance"]) == (50, 150)
    assert await one.story() == [("earned", 50), ("transferred", -50)]
    assert await other.story() == [("earned", 100), ("transferred", 50)]
    async with db.reading() as connection:
        pair = await connection.fetch(
            "select customer_id, id, peer_customer_id, peer_id, business_date, peer_hash from movement"
            " where kind = 'transferred'"
        )
    by_id = {row["id"]: row for row in pair}
    assert all(by_id[row["peer_id"]]["customer_id"] == row["peer_customer_id"] for row in pair)
    assert len({row["business_date"] for row in pair}) == 1
    assert await survivor_of(one.customer_id) == other.customer_id


async def test_each_lot_keeps_its_rest_and_its_expiry(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(50, lapses=10)
    await one.earn(70, lapses=20)
    await one.redeem(60)

    await carry_on(one, other)

    assert [(e.amount, e.expires_at) for e in (await other.stands()).expiring] == [(60, day(20))]
    assert (await other.on(20)).balance == 0


async def test_what_is_due_happens_where_the_points_are(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(50, lapses=10)
    one.now = day(11)

    verdict = await carry_on(one, other)

    assert (verdict.facts["outcome"], verdict.facts["points"]) == ("nothing", 0)
    assert await one.story() == [("earned", 50), ("expired", -50)]
    assert await other.story() == []


async def test_a_debt_moves_and_is_paid_from_what_is_there(opened: str) -> None:
    one, other = await accounts(2)
    earned = await one.earn(50)
    redeemed = await one.redeem(50)
    await one.reverse(earned, 50)
    await other.earn(30)

    verdict = await carry_on(one, other)

    assert verdict.facts["points"] == -50
    stands = await other.stands()
    assert (stands.balance, stands.debt) == (-20, 20)
    # What is given back undoes the reversal: its debt, then what stood in for it.
    await one.reimburse(redeemed, 50)
    stands = await other.stands()
    assert (stands.balance, stands.debt) == (30, 0)
    assert (await other.story())[-1] == ("reimbursed", 50)


async def test_a_later_credit_pays_a_debt_that_was_inherited(opened: str) -> None:
    one, other = await accounts(2)
    earned = await one.earn(50)
    redeemed = await one.redeem(50)
    await one.reverse(earned, 50)
    await carry_on(one, other)

    await other.earn(80, lapses=30)
    assert (await other.stands()).balance == 30
    await one.reimburse(redeemed, 50)

    assert [e.amount for e in (await other.stands()).expiring] == [80]
    await other.story()


async def test_points_that_arrive_pay_what_was_owed(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(80)
    earned = await other.earn(50)
    await other.redeem(50)
    await other.reverse(earned, 50)

    verdict = await carry_on(one, other)

    assert verdict.facts["balance"] == 30
    assert (await other.stands()).debt == 0


async def test_a_hold_is_captured_by_whoever_asks_for_either(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(80, lapses=1)
    placed = await holds.hold(one.customer_id, 60, actor="system", now=one.now)
    hold_id = UUID(placed.facts["hold_id"])

    await carry_on(one, other)
    assert (await other.stands()).held == 60
    verdict = await holds.capture(one.customer_id, hold_id, actor="system", now=one.now)

    assert (verdict.status, verdict.facts["balance"]) == (201, 20)
    assert (await other.story())[-1] == ("redeemed", -60)


async def test_a_hold_that_ended_is_still_known(opened: str) -> None:
    one, other, third = await accounts(3)
    await one.earn(80)
    placed = await holds.hold(one.customer_id, 60, actor="system", now=one.now)
    hold_id = UUID(placed.facts["hold_id"])
    await holds.capture(one.customer_id, hold_id, actor="system", now=one.now)

    await carry_on(one, other)
    await carry_on(other, third)

    verdict = await holds.capture(one.customer_id, hold_id, actor="system", now=one.now)
    assert verdict.facts["code"] == "hold_captured"


async def test_a_hold_gives_way_to_a_debt_that_arrives(opened: str) -> None:
    one, other = await accounts(2)
    earned = await one.earn(50)
    await one.redeem(50)
    await one.reverse(earned, 50)
    await other.earn(80)
    placed = await holds.hold(other.customer_id, 60, actor="system", now=one.now)

    await carry_on(one, other)

    stands = await other.stands()
    assert (stands.balance, stands.held, stands.debt) == (30, 0, 0)
    hold_id = UUID(placed.facts["hold_id"])
    verdict = await holds.capture(other.customer_id, hold_id, actor="system", now=one.now)
    assert verdict.facts["code"] == "hold_released"


async def test_a_promise_is_kept_to_the_survivor(opened: str) -> None:
    one, other = await accounts(2)
    await posted(
        one.customer_id, 40, now=one.now, matures_at=day(3), business_key="first_product_view"
    )

    await carry_on(one, other)
    assert (await other.stands()).pending == 40

    assert (await other.on(3)).balance == 40
    assert (await one.on(3)).balance == 0


async def test_both_promises_of_one_name_are_kept(opened: str) -> None:
    one, other = await accounts(2)
    for each in (one, other):
        await posted(
            each.customer_id, 40, now=each.now, matures_at=day(3), business_key="first_product_view"
        )

    await carry_on(one, other)

    assert (await other.on(3)).balance == 80
    await other.story()


async def test_no_first_time_reward_opens_again(opened: str) -> None:
    program = await a_program()
    one, other = await a_member(program), await a_member(program)
    await _login(program, one.customer_id)

    await transfer(one.customer_id, other.customer_id, MERGE, now=MONDAY_NOON)

    assert (await _login(program, other.customer_id)).facts["code"] == "already_earned"
    again = await posted(
        other.customer_id, 5, now=MONDAY_NOON, business_key="new_account_registration"
    )
    assert again.outcome == "already"


async def _login(program: Program, customer_id: UUID) -> Verdict:
    return await claim(
        program,
        customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=MONDAY_NOON,
        request=a_key(customer_id),
    )


async def test_a_streak_goes_on_in_the_survivor(opened: str) -> None:
    program = await a_program()
    one, other = await a_member(program), await a_member(program)
    await _login(program, one.customer_id)
    tomorrow = MONDAY_NOON + timedelta(days=1)

    await transfer(one.customer_id, other.customer_id, MERGE, now=MONDAY_NOON)
    verdict = await claim(
        program,
        other.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=tomorrow,
        request=a_key(other.customer_id),
    )

    assert verdict.facts["streak_days"] == 2


async def test_what_was_counted_against_a_cap_counts_on(opened: str) -> None:
    one, other = await accounts(2)
    async with db.transaction() as connection:
        for each, used in ((one, 3), (other, 4)):
            await connection.execute(
                "insert into cap_use values ($1, 'referrer_reward', 'daily:2026-03-02', $2, 5)",
                each.customer_id,
                used,
            )

    await carry_on(one, other)

    async with db.reading() as connection:
        used = await connection.fetchval(
            "select used from cap_use where customer_id = $1", other.customer_id
        )
    assert used == 5


async def test_points_for_an_account_that_is_carried_on_reach_the_survivor(opened: str) -> None:
    one, other, third = await accounts(3)
    await third.earn(20)
    await carry_on(one, other)

    verdict = await carry_on(third, one)

    assert (verdict.facts["points"], await survivor_of(third.customer_id)) == (
        20,
        other.customer_id,
    )


async def test_an_account_that_is_carried_on_takes_no_postings(opened: str) -> None:
    program = await a_program()
    one, other = await a_member(program), await a_member(program)
    await transfer(one.customer_id, other.customer_id, MERGE, now=MONDAY_NOON)

    with pytest.raises(NotFound):
        await posted(one.customer_id, 5, now=MONDAY_NOON)
    with pytest.raises(NotFound):
        await _login(program, one.customer_id)


async def test_an_account_is_transferred_once(opened: str) -> None:
    one, other, third = await accounts(3)
    await one.earn(50)
    await carry_on(one, other)

    for source, target in ((one, other), (one, third), (other, one)):
        verdict = await carry_on(source, target)
        assert (verdict.status, verdict.facts) == (409, {"code": "already_transferred"})


async def test_a_call_that_is_repeated_gets_its_first_answer(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(50)

    first, again = [await carry_on(one, other, a_key(other.customer_id, "merge")) for _ in "ab"]

    assert (again.status, again.facts, again.replayed) == (201, first.facts, True)


async def test_more_than_a_movement_can_carry_stays_where_it_is(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(10**9)
    await one.earn(1)

    verdict = await carry_on(one, other)

    assert (verdict.status, verdict.facts["code"]) == (422, "too_many_points")
    assert (await one.stands()).balance == 10**9 + 1


async def test_nothing_moves_to_oneself_to_another_program_or_to_nobody(opened: str) -> None:
    [one], [stranger] = await accounts(1), await accounts(1)
    await one.earn(50)

    with pytest.raises(InvalidInput):
        await carry_on(one, one)
    with pytest.raises(NotFound):
        await carry_on(one, stranger)
    for source, target in ((one.customer_id, new_id()), (new_id(), one.customer_id)):
        with pytest.raises(NotFound):
            await transfer(source, target, MERGE, now=one.now)
    assert (await one.stands()).balance == 50


async def test_a_statement_shows_what_was_transferred(opened: str) -> None:
    one, other = await accounts(2)
    await one.earn(50)
    await carry_on(one, other)

    [line] = (await movements(other.customer_id)).items

    assert (line.kind, line.action, line.amount) == ("transferred", "merge", 50)
