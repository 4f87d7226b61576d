from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from domain.earning.claims import claim
from domain.ledger import holds
from domain.ledger.audit import CHECKS, run
from domain.ledger.closing import close_days
from domain.ledger.corrections import Correction, reverse
from domain.ledger.transfer import Reason, transfer
from domain.programs import Program
from tests.clock import MONDAY_NOON
from tests.factories import a_key, a_member, a_program, posted

DAY = timedelta(days=1)

# Each fault is planted by the database's owner, past every guard; the check must see it.
FAULTS: dict[str, str] = {
    "balance_is_not_the_sum_of_movements": "update account set balance = balance + 1 where survivor_id is null",
    "balance_is_not_open_lots_less_debt": "update lot set remaining = remaining - 1 where remaining > 0",
    "debt_beside_open_lots": """
        alter table account drop constraint account_check, drop constraint account_check1;
        update account set debt = 5 where survivor_id is null""",
    "debt_is_not_its_items": """
        insert into debt_item (customer_id, id, seq, movement_id, open)
        select customer_id, id, 1, id, 7 from movement limit 1""",
    "movement_equation_broken": "update movement set amount = amount + 1, balance_after = balance_after + 1 where kind = 'earned'",
    "lot_is_not_amount_less_allocations": "delete from allocation",
    "lot_gave_more_than_it_had": "update lot set reversed = amount where remaining > 0",
    "business_key_twice": """
        alter table movement drop constraint movement_customer_id_business_key_key;
        update movement set business_key = 'same'""",
    "fact_without_its_movement": "update fact set movement_id = null where outcome = 'posted'",
    "once_only_action_paid_twice": "update movement set action = 'new_account_registration' where kind = 'earned'",
    "business_date_is_not_the_zones": "update movement set business_date = business_date + 1 where seq = 1",
    "corrected_more_than_moved": """
        alter table movement drop constraint movement_corrects;
        update movement m set corrects_id = e.id, amount = -e.amount - 1
          from movement e where e.customer_id = m.customer_id and e.seq = 1 and m.kind = 'redeemed'""",
    "expired_lot_spent": "update lot set expires_at = '2026-03-02 00:00Z'",
    "held_is_not_what_lots_hold": "update account set held = 3 where survivor_id is null",
    "lot_holds_what_no_hold_asks": "update hold set ended_at = created_at, outcome = 'released' where ended_at is null",
    "hold_is_not_its_parts": "update hold set points = points - 1 where outcome = 'captured'",
    "transfer_does_not_sum_to_zero": """
        update movement set business_date = business_date + 1
         where seq = (select max(seq) from movement where kind = 'transferred') and kind = 'transferred'""",
    "transfer_does_not_hash_its_other_end": """
        update movement set peer_hash = sha256('another end') where peer_hash is not null""",
    "account_carried_on_has_something_left": """
        update pending_award set ended_at = null, outcome = null where outcome = 'transferred'""",
    "inherited_from_a_stranger": "delete from inheritance",
    "referral_of_oneself_or_in_a_circle": """
        alter table referral drop constraint referral_check, drop constraint referral_check1;
        update referral set referrer_id = customer_id""",
    "referred_twice": """
        alter table referral drop constraint referral_pkey;
        insert into referral select * from referral""",
    "adjustment_without_an_author": """
        alter table movement drop constraint movement_adjustment;
        update movement set action = 'manual_adjustment' where kind = 'earned'""",
    "sequence_broken": "update movement set seq = seq + 10 where kind = 'redeemed'",
    "account_is_not_at_its_last_movement": "update account set seq = seq + 1 where seq > 0",
    "time_ran_back": """
        update movement set effective_at = effective_at - interval '3 days' where seq = 3""",
    "hash_chain_broken": "update movement set reference = 'another receipt' where seq = 2",
    "closed_day_is_not_its_movements": "update closed_day set redeemed = redeemed - 1",
    "note_is_not_what_was_hashed": """
        insert into movement_note (customer_id, movement_id, salt, note)
        select customer_id, id, 'salt', 'a better story' from movement limit 1""",
}


@pytest.fixture
async def history(opened: str) -> str:
    """A program in which everything happened once: earning, spending, expiry, a referral."""
    program = await a_program()
    referrer = await a_member(program)
    await a_member(program, start_param=f"r_{referrer.invite_code}")
    await claim(
        program,
        referrer.customer_id,
        "daily_login",
        evidence=None,
        channel="telegram",
        now=MONDAY_NOON,
        request=a_key(referrer.customer_id),
    )
    later = MONDAY_NOON + DAY
    await posted(referrer.customer_id, 40, now=later, expires_at=later + DAY)
    await posted(referrer.customer_id, -30, now=later)
    await posted(referrer.customer_id, -30, now=later + 2 * DAY)
    await _pay_with_points(referrer.customer_id, now=later + 3 * DAY)
    await _carry_on(program, referrer.customer_id, now=later + 4 * DAY)
    await close_days(later + 4 * DAY)
    return opened


async def _pay_with_points(customer_id: UUID, *, now: datetime) -> None:
    """One hold is captured after its points' time, and one is open."""
    minute = timedelta(minutes=1)
    await posted(customer_id, 9, now=now, expires_at=now + minute)
    placed = await holds.hold(customer_id, 9, actor="system", now=now)
    hold_id = placed.facts["hold_id"]
    await holds.capture(customer_id, hold_id, actor="system", now=now + 2 * minute)
    await holds.hold(customer_id, 5, actor="system", now=now + 1 * DAY)


async def _carry_on(program: Program, survivor_id: UUID, *, now: datetime) -> None:
    """Another account with a lot and a promise is transferred, and what it earned is reversed."""
    other = (await a_member(program)).customer_id
    earned = await posted(other, 20, now=now)
    await posted(other, 5, now=now, matures_at=now + 30 * DAY)
    await transfer(other, survivor_id, Reason(action="merge", actor="system"), now=now)
    assert earned.movement_id
    why = Correction(business_key="refund:1", actor="system")
    await reverse(other, earned.movement_id, 20, why, policy="clamp", now=now)


async def test_a_sound_ledger_has_no_findings(history: str) -> None:
    assert await run() == []


def test_every_check_has_its_planted_fault() -> None:
    assert FAULTS.keys() == CHECKS.keys()


@pytest.mark.planted
@pytest.mark.parametrize("check", FAULTS)
async def test_a_planted_fault_is_found(history: str, check: str) -> None:
    owner = await asyncpg.connect(history)
    await owner.execute("set session_replication_role = replica")
    await owner.execute(FAULTS[check])
    await owner.close()

    findings = await run()

    assert check in {finding.check for finding in findings}
