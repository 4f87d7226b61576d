"""What the database refuses even to its owner."""

import json
from collections.abc import Awaitable
from datetime import UTC, datetime
from hashlib import md5
from typing import Any, NamedTuple, cast
from uuid import UUID

import asyncpg
import pytest

from domain.db import APP_ROLE
from domain.ledger.posting import SQL, Posting, arguments_of
from domain.sql import queries

BOOKS = queries("tests.domain.ledger", "books.sql")
ID = "00000000-0000-0000-0000-00000000000"
NEW, PROGRAM, CUSTOMER, FRIEND, NEWEST = (f"{ID}{n}" for n in (9, 1, 2, 3, 4))
STAFF = f"staff:{NEW}"
# The account's first movement, as ledger_id names it.
FIRST = str(UUID(md5(f"{CUSTOMER}movement1".encode()).hexdigest()))
SECOND_LOT = str(UUID(md5(f"{CUSTOMER}lot2".encode()).hexdigest()))
TOO_MUCH = 10**9 + 1

# A row that differs from one that stands by no more than it must, and is accepted.
SOUND: dict[str, dict[str, Any]] = {
    "account": {"customer_id": FRIEND, "balance": 0},
    "movement": {"id": NEW, "seq": 90, "business_key": "purchase:9"},
    "lot": {"id": NEW, "number": 9, "remaining": 50},
    "allocation": {"ordinal": 9},
    "debt_item": {"id": NEW},
    "substitute": {"id": NEW},
    "correctable": {},
    "pending_award": {"id": NEW},
    "hold": {"id": NEW},
    "hold_part": {"lot_id": SECOND_LOT},
    "inheritance": {"inherited_from": FRIEND},
    "fact": {"business_key": "purchase:9"},
    "request": {"key": "another"},
    "referral": {"customer_id": NEWEST, "joined_at": "2026-03-01T00:04Z"},
    "cap_use": {"rule": "another"},
    "check_in": {"business_date": "2026-03-03"},
}


class Nonsense(NamedTuple):
    """A row of a table that cannot be true, and the constraint that says so."""

    table: str
    said: dict[str, Any]
    refused_by: str


CASES = {
    "an earning of nothing": Nonsense("movement", {"amount": 0}, "movement_sign"),
    "an earning that takes": Nonsense("movement", {"amount": -5}, "movement_sign"),
    "a spend that gives": Nonsense("movement", {"kind": "redeemed"}, "movement_sign"),
    "an expiry that gives": Nonsense("movement", {"kind": "expired"}, "movement_sign"),
    "a transfer of nothing": Nonsense(
        "movement",
        {"kind": "transferred", "amount": 0, "peer_id": NEW, "peer_customer_id": FRIEND},
        "movement_sign",
    ),
    "a kind that nobody knows": Nonsense("movement", {"kind": "donated"}, "movement_sign"),
    "a reversal that gives": Nonsense(
        "movement", {"kind": "reversed", "corrects_id": FIRST}, "movement_sign"
    ),
    "a reimbursement that takes": Nonsense(
        "movement", {"kind": "reimbursed", "amount": -1, "corrects_id": FIRST}, "movement_sign"
    ),
    "more than a thousand million": Nonsense(
        "movement", {"amount": TOO_MUCH}, "movement_amount_check"
    ),
    "a spend of more than a thousand million": Nonsense(
        "movement", {"kind": "redeemed", "amount": -TOO_MUCH}, "movement_amount_check"
    ),
    "a second posting of a fact": Nonsense(
        "movement", {"business_key": "purchase:1"}, "movement_customer_id_business_key_key"
    ),
    "a second movement of a number": Nonsense(
        "movement", {"seq": 1}, "movement_customer_id_seq_key"
    ),
    "a movement before the first": Nonsense("movement", {"seq": 0}, "movement_seq_check"),
    "a business key with a name in it": Nonsense(
        "movement", {"business_key": "quà:Ngọc"}, "movement_business_key_check"
    ),
    "an empty business key": Nonsense(
        "movement", {"business_key": ""}, "movement_business_key_check"
    ),
    "a business key of two lines": Nonsense(
        "movement", {"business_key": "purchase:9\n"}, "movement_business_key_check"
    ),
    "a business key without end": Nonsense(
        "movement", {"business_key": "x" * 201}, "movement_business_key_check"
    ),
    "an action in words": Nonsense("movement", {"action": "Daily login"}, "movement_action_check"),
    "an action in Vietnamese": Nonsense(
        "movement", {"action": "điểm_danh"}, "movement_action_check"
    ),
    "an actor by name": Nonsense("movement", {"actor": "Hùng"}, "movement_actor_check"),
    "staff without saying who": Nonsense("movement", {"actor": "staff:"}, "movement_actor_check"),
    "an approver who is no staff": Nonsense(
        "movement", {"approver": "system"}, "movement_approver_check"
    ),
    "an adjustment by the system": Nonsense(
        "movement", {"action": "manual_adjustment", "reason": "why"}, "movement_adjustment"
    ),
    "an adjustment without a reason": Nonsense(
        "movement", {"action": "manual_adjustment", "actor": STAFF}, "movement_adjustment"
    ),
    "an adjustment approved by its author": Nonsense(
        "movement",
        {"action": "manual_adjustment", "actor": STAFF, "approver": STAFF, "reason": "why"},
        "movement_second_person",
    ),
    "a transfer without a peer": Nonsense("movement", {"kind": "transferred"}, "movement_peer"),
    "a transfer that forgets whose the peer is": Nonsense(
        "movement", {"kind": "transferred", "peer_id": NEW}, "movement_peer"
    ),
    "an earning with a peer": Nonsense(
        "movement", {"peer_id": NEW, "peer_customer_id": FRIEND}, "movement_peer"
    ),
    "a reimbursement of nothing in particular": Nonsense(
        "movement", {"kind": "reimbursed"}, "movement_corrects"
    ),
    "a reversal of nothing in particular": Nonsense(
        "movement", {"kind": "reversed", "amount": -5}, "movement_corrects"
    ),
    "a correction of what never was": Nonsense(
        "movement",
        {"kind": "reimbursed", "corrects_id": PROGRAM},
        "movement_customer_id_corrects_id_fkey",
    ),
    "a correction of one's own and of an inherited movement": Nonsense(
        "movement",
        {
            "kind": "reversed",
            "amount": -5,
            "corrects_id": FIRST,
            "inherited_from": FRIEND,
            "inherited_corrects_id": NEW,
        },
        "movement_inherits",
    ),
    "an inheritance from oneself": Nonsense(
        "movement",
        {
            "kind": "reversed",
            "amount": -5,
            "inherited_from": CUSTOMER,
            "inherited_corrects_id": NEW,
        },
        "movement_inherits",
    ),
    "a transfer to oneself": Nonsense(
        "movement",
        {"kind": "transferred", "peer_id": NEW, "peer_customer_id": CUSTOMER},
        "movement_peer_is_another",
    ),
    "the hash of a peer that is none": Nonsense(
        "movement", {"peer_hash": "\\x" + "00" * 32}, "movement_peer_hash"
    ),
    "a peer's hash of another length": Nonsense(
        "movement",
        {
            "kind": "transferred",
            "peer_id": NEW,
            "peer_customer_id": FRIEND,
            "peer_hash": "\\x00",
        },
        "movement_peer_hash_check",
    ),
    "a correction of itself": Nonsense(
        "movement", {"kind": "reimbursed", "corrects_id": NEW}, "movement_check1"
    ),
    "an earning that owes": Nonsense("movement", {"debt_delta": 5}, "movement_debt"),
    "a spend that owes": Nonsense(
        "movement", {"kind": "redeemed", "amount": -5, "debt_delta": 5}, "movement_debt"
    ),
    "an expiry that pays a debt": Nonsense(
        "movement", {"kind": "expired", "amount": -5, "debt_delta": -5}, "movement_debt"
    ),
    "recorded before it counted": Nonsense(
        "movement", {"recorded_at": "2026-03-01T00:00Z"}, "movement_check"
    ),
    "a link of another length": Nonsense("movement", {"hash": "\\x00"}, "movement_hash_check"),
    "a movement of nobody": Nonsense("movement", {"customer_id": NEW}, "movement_customer_id_fkey"),
    "an empty lot": Nonsense("lot", {"amount": 0, "remaining": 0}, "lot_amount_check"),
    "a lot that holds more than it opened with": Nonsense("lot", {"remaining": 101}, "lot_check1"),
    "a lot below nothing": Nonsense("lot", {"remaining": -1}, "lot_check"),
    "more on hold than there is": Nonsense("lot", {"held": 51}, "lot_check"),
    "reversed, expired and waived beyond the lot": Nonsense(
        "lot", {"reversed": 50, "expired": 50, "waived": 1}, "lot_check2"
    ),
    "waived below nothing": Nonsense("lot", {"waived": -1}, "lot_waived_check"),
    "a second lot of a number": Nonsense("lot", {"number": 1}, "lot_customer_id_number_key"),
    "a lot that no movement opened": Nonsense(
        "lot", {"movement_id": NEW}, "lot_customer_id_movement_id_fkey"
    ),
    "an allocation of nothing": Nonsense("allocation", {"amount": 0}, "allocation_amount_check"),
    "an allocation from no lot": Nonsense(
        "allocation", {"lot_id": NEW}, "allocation_customer_id_lot_id_fkey"
    ),
    "a debt below nothing": Nonsense("debt_item", {"open": -1}, "debt_item_open_check"),
    "a substitute below nothing": Nonsense("substitute", {"open": -1}, "substitute_open_check"),
    "corrected beyond its size": Nonsense("correctable", {"corrected": 101}, "correctable_check"),
    "corrected below nothing": Nonsense("correctable", {"corrected": -1}, "correctable_check"),
    "debt beside points": Nonsense("account", {"balance": 5, "debt": 5}, "account_check"),
    "below nothing without debt": Nonsense("account", {"balance": -5}, "account_check1"),
    "a debt that is not the balance": Nonsense(
        "account", {"balance": -5, "debt": 4}, "account_check"
    ),
    "on hold below nothing": Nonsense("account", {"held": -1}, "account_held_check"),
    "a second account": Nonsense("account", {"customer_id": CUSTOMER}, "account_pkey"),
    "an award of nothing": Nonsense("pending_award", {"amount": 0}, "pending_award_amount_check"),
    "an award of too much": Nonsense(
        "pending_award", {"amount": TOO_MUCH}, "pending_award_amount_check"
    ),
    "an award over without saying how": Nonsense(
        "pending_award", {"ended_at": "2026-04-01T00:00Z"}, "pending_award_check"
    ),
    "an adjustment that waits": Nonsense(
        "pending_award", {"action": "manual_adjustment"}, "pending_award_action_check1"
    ),
    "an award by nobody": Nonsense("pending_award", {"actor": "?"}, "pending_award_actor_check"),
    "an inherited lot without saying which": Nonsense(
        "lot", {"inherited_from": FRIEND}, "lot_inherits"
    ),
    "a debt for a stranger's lot that names none": Nonsense(
        "debt_item", {"inherited_from": FRIEND}, "debt_item_inherits"
    ),
    "a substitute for two lots": Nonsense(
        "substitute",
        {"inherited_from": FRIEND, "inherited_for_lot": NEW},
        "substitute_inherits",
    ),
    "a substitute for no lot": Nonsense("substitute", {"for_lot": None}, "substitute_inherits"),
    "an account that is carried on and still has points": Nonsense(
        "account", {"balance": 5, "held": 0, "survivor_id": CUSTOMER}, "account_carried_on"
    ),
    "an account that carries itself on": Nonsense(
        "account", {"held": 0, "survivor_id": FRIEND}, "account_check2"
    ),
    "an inheritance from one's own account": Nonsense(
        "inheritance", {"inherited_from": CUSTOMER}, "inheritance_check"
    ),
    "a hold of nothing": Nonsense("hold", {"points": 0}, "hold_points_check"),
    "a hold of too much": Nonsense("hold", {"points": TOO_MUCH}, "hold_points_check"),
    "a hold for longer than a quarter of an hour": Nonsense(
        "hold", {"lapses_at": "2026-03-02T00:15:01Z"}, "hold_is_short"
    ),
    "a hold for no time": Nonsense("hold", {"lapses_at": "2026-03-02T00:00Z"}, "hold_is_short"),
    "a hold over without saying how": Nonsense(
        "hold", {"ended_at": "2026-03-02T00:01Z"}, "hold_end"
    ),
    "a capture that moved nothing": Nonsense(
        "hold", {"ended_at": "2026-03-02T00:01Z", "outcome": "captured"}, "hold_capture"
    ),
    "a release that moved points": Nonsense(
        "hold",
        {"ended_at": "2026-03-02T00:01Z", "outcome": "released", "movement_id": FIRST},
        "hold_capture",
    ),
    "a hold by nobody": Nonsense("hold", {"actor": "?"}, "hold_actor_check"),
    "a part of nothing": Nonsense("hold_part", {"points": 0}, "hold_part_points_check"),
    "a part in no lot": Nonsense("hold_part", {"lot_id": NEW}, "hold_part_customer_id_lot_id_fkey"),
    "a fact known twice": Nonsense("fact", {"business_key": "purchase:1"}, "fact_pkey"),
    "a fact with a name in it": Nonsense(
        "fact", {"business_key": "Ngọc"}, "fact_business_key_check"
    ),
    "a call answered twice": Nonsense("request", {"key": "purchase:1"}, "request_pkey"),
    "an answer that is an accident": Nonsense("request", {"status": 500}, "request_status_check"),
    "brought by oneself": Nonsense(
        "referral",
        {"referrer_id": NEWEST, "referrer_joined_at": "2026-03-01T00:00Z"},
        "referral_check",
    ),
    "brought by a younger member": Nonsense(
        "referral", {"referrer_joined_at": "2026-03-01T00:05Z"}, "referral_check1"
    ),
    "brought by one of the same instant and a later id": Nonsense(
        "referral",
        {"referrer_id": NEW, "referrer_joined_at": "2026-03-01T00:04Z"},
        "referral_check1",
    ),
    "brought by two": Nonsense("referral", {"customer_id": FRIEND}, "referral_pkey"),
    "complete without a date": Nonsense("referral", {"status": "complete"}, "referral_check4"),
    "a cap passed": Nonsense("cap_use", {"used": 4}, "cap_use_check"),
    "a second check-in of a date": Nonsense(
        "check_in", {"business_date": "2026-03-02"}, "check_in_pkey"
    ),
}


WHILE_AWAITED = {"matures_at": datetime(2026, 5, 1, tzinfo=UTC)}
# What the application could ask of the posting function, and what stops it there.
POSTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"amount": 0}, "movement_sign"),
    "too much": ({"amount": TOO_MUCH}, "movement_amount_check"),
    "too much, later": ({"amount": TOO_MUCH} | WHILE_AWAITED, "pending_award_amount_check"),
    "a spend, later": ({"amount": -5} | WHILE_AWAITED, "pending_award_amount_check"),
    "a fact with a name in it": ({"business_key": "quà:Ngọc"}, "movement_business_key_check"),
    "a fact with a name in it, later": (
        {"business_key": "quà:Ngọc"} | WHILE_AWAITED,
        "fact_business_key_check",
    ),
    "by nobody": ({"actor": "?"}, "movement_actor_check"),
    "by nobody, later": ({"actor": "?"} | WHILE_AWAITED, "pending_award_actor_check"),
    "an adjustment approved by its author": (
        {"action": "manual_adjustment", "actor": STAFF, "approver": STAFF, "reason": "why"},
        "movement_second_person",
    ),
    "an adjustment, later": (
        {"action": "manual_adjustment", "actor": STAFF} | WHILE_AWAITED,
        "pending_award_action_check1",
    ),
}


async def _refusal(attempt: Awaitable[object]) -> Any:
    """Return the name of the constraint that refuses the attempt."""
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refusal:
        await attempt
    return cast(Any, refusal.value).constraint_name


async def _add(books: asyncpg.Connection, table: str, said: dict[str, Any]) -> None:
    await books.execute(await books.fetchval(BOOKS["another"], table, json.dumps(said)))


@pytest.mark.parametrize("table", SOUND)
async def test_a_sound_row_is_accepted(books: asyncpg.Connection, table: str) -> None:
    await books.execute("delete from correctable" if table == "correctable" else "select 1")
    await _add(books, table, SOUND[table])


@pytest.mark.parametrize("case", CASES)
async def test_nonsense_is_refused(books: asyncpg.Connection, case: str) -> None:
    table, said, refused_by = CASES[case]

    assert await _refusal(_add(books, table, SOUND[table] | said)) == refused_by


@pytest.mark.parametrize("case", POSTINGS)
async def test_nonsense_does_not_come_in_by_the_door(books: asyncpg.Connection, case: str) -> None:
    said, refused_by = POSTINGS[case]
    posting = Posting(
        **{
            "action": "purchase",
            "amount": 5,
            "business_key": "purchase:9",
            "actor": "system",
            "channel": "test",
            **said,
        }
    )
    now = datetime(2026, 3, 2, tzinfo=UTC)
    arguments = [*arguments_of(UUID(CUSTOMER), posting, now, None, decision=None)]
    await books.execute(f"set local role {APP_ROLE}")

    attempt = books.fetch(SQL["post"], *arguments[:-1], "{}")

    assert await _refusal(attempt) == refused_by
