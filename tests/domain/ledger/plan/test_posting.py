from tests.domain.ledger.reference import ReferenceLedger, day


def test_of_lots_that_expire_together_the_older_is_eaten_first() -> None:
    ledger = ReferenceLedger()
    lots = [ledger.earn(10, expires_at=day(10)) for _ in range(5)]

    ledger.redeem(30)

    assert ledger.open_lots == [(lots[3], 10), (lots[4], 10)]


def test_a_lot_without_expiry_is_eaten_last() -> None:
    ledger = ReferenceLedger()
    forever = ledger.earn(10)
    ledger.earn(10, expires_at=day(1000))

    ledger.redeem(10)

    assert ledger.open_lots == [(forever, 10)]


def test_a_credit_pays_the_oldest_debt_first() -> None:
    ledger = ReferenceLedger()
    first, second = ledger.earn(10), ledger.earn(10)
    ledger.redeem(20)
    ledger.reverse(second, 10)
    ledger.reverse(first, 10)

    ledger.earn(15)

    assert [item.open for item in ledger.book.debts.values()] == [0, 5]
    assert [taken.for_lot for taken in ledger.book.substitutes.values()] == [
        ledger.book.lot_earned_by(second).id,
        ledger.book.lot_earned_by(first).id,
    ]


def test_a_credit_that_only_pays_debt_leaves_nothing_to_spend() -> None:
    ledger = ReferenceLedger()
    ledger.deduct(50)

    ledger.earn(50)

    assert (ledger.book.balance, ledger.open_lots) == (0, [])
    assert not ledger.book.substitutes


def test_a_clamped_decrease_takes_what_is_there_and_lets_the_rest_go() -> None:
    ledger = ReferenceLedger(policy="clamp")
    ledger.earn(30)

    ledger.deduct(50)

    assert ledger.posted[-1] == ("reversed", -30)
    assert ledger.deduct(50) == ()


def test_a_decrease_may_be_owed() -> None:
    ledger = ReferenceLedger()
    ledger.earn(30)

    [step] = ledger.deduct(50)

    assert (step.amount, step.debt_delta, step.corrects_id) == (-50, 20, None)
