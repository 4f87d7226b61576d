import json
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.ledger.plan import PlanError, apply, plan_document
from tests.domain.ledger.reference import ReferenceLedger, day


def test_a_step_that_does_not_add_up_is_never_applied() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    before = ledger.book
    [step] = ledger.reverse(earned, 50)

    with pytest.raises(PlanError):
        apply(before, (replace(step, amount=-49),))


def test_no_amount_turns_an_earning_into_a_loss_or_a_reversal_into_a_gain() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)

    with pytest.raises(PlanError):
        ledger.earn(-10)
    with pytest.raises(PlanError):
        ledger.reverse(earned, -10)
    with pytest.raises(PlanError):
        ledger.deduct(-10)


def test_a_plan_leaves_the_book_it_was_made_from_alone() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    before, snapshot = ledger.book, ledger.book.copy()

    ledger.reverse(earned, 50)

    assert before == snapshot


def test_the_document_of_a_plan_says_every_change_in_text_and_whole_numbers() -> None:
    ledger = ReferenceLedger(policy="clamp", grace=timedelta(days=7))
    earned = ledger.earn(100, expires_at=day(10))
    redeemed = ledger.redeem(100)
    ledger.settle(day(20))
    ledger.reverse(earned, 40)

    document = plan_document(ledger.reimburse(redeemed, 60))

    lot, grace_lot = (str(lot.id) for lot in ledger.book.lots.values())
    movements = [str(movement_id) for movement_id in ledger.book.movements]
    at = day(20).isoformat()
    assert json.loads(json.dumps(document)) == document == [
        {
            "movement_id": movements[2],
            "kind": "reimbursed",
            "action": "gift_redemption",
            "amount": 60,
            "corrects_id": str(redeemed),
            "inherited_from": None,
            "award_id": None,
            "effective_at": at,
            "recorded_at": at,
            "opens": [
                {
                    "lot_id": grace_lot,
                    "origin_id": lot,
                    "inherited_from": None,
                    "amount": 20,
                    "expires_at": day(27).isoformat(),
                }
            ],
            "takes": [{"lot_id": lot, "amount": -40}],
            "debts": [],
            "substitutes": [],
            "counters": [{"lot_id": lot, "inherited_from": None, "reversed": 0, "expired": 0, "waived": -40}],
            "holds": [],
        },
        {
            "movement_id": movements[3],
            "kind": "reversed",
            "action": "purchase",
            "amount": -40,
            "corrects_id": str(earned),
            "inherited_from": None,
            "award_id": None,
            "effective_at": at,
            "recorded_at": at,
            "opens": [],
            "takes": [{"lot_id": lot, "amount": 40}],
            "debts": [],
            "substitutes": [],
            "counters": [{"lot_id": lot, "inherited_from": None, "reversed": 40, "expired": 0, "waived": 0}],
            "holds": [],
        },
    ]  # fmt: skip


def test_debts_and_substitutes_are_opened_by_a_reversal_and_lowered_by_a_reimbursement() -> None:
    ledger = ReferenceLedger()
    earned = ledger.earn(50)
    redeemed = ledger.redeem(50)
    ledger.earn(20)

    [reversal] = plan_document(ledger.reverse(earned, 50))
    [reimbursement] = plan_document(ledger.reimburse(redeemed, 50))

    first, second = (str(lot.id) for lot in ledger.book.lots.values())
    [debt], [substitute] = reversal["debts"], reversal["substitutes"]
    assert (debt["for_lot"], debt["delta"]) == (first, 30)
    assert (substitute["for_lot"], substitute["in_lot"], substitute["delta"]) == (first, second, 20)
    assert reimbursement["debts"] == [debt | {"delta": -30}]
    assert reimbursement["substitutes"] == [substitute | {"delta": -20}]
