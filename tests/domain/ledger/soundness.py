"""What holds of an account after every step, whatever happened."""

from itertools import pairwise

from domain.ledger.plan import Book, Lot


def assert_sound(book: Book) -> None:
    """I1, I2 and I15 of one account, and of what it inherited."""
    own = [each for each in book.movements.values() if not each.inherited_from]
    assert book.balance == sum(movement.amount for movement in own)
    assert book.balance == sum(lot.remaining for lot in book.lots.values()) - book.debt
    assert not book.debt or not any(lot.free for lot in book.lots.values())
    assert all(item.open >= 0 for item in book.debts.values())
    assert all(taken.open >= 0 for taken in book.substitutes.values())
    for lot in book.lots.values():
        _assert_lot(book, lot)
    _assert_corrections(book)
    _assert_order(book)


def _assert_lot(book: Book, lot: Lot) -> None:
    taken = sum(row.amount for row in book.allocations if row.lot_id == lot.id)
    assert lot.remaining == lot.amount - taken
    assert 0 <= lot.held <= lot.remaining
    assert lot.held == sum(hold.parts.get(lot.id, 0) for hold in book.holds.values())
    assert not lot.inherited_from or not lot.remaining
    assert min(lot.reversed, lot.expired, lot.waived) >= 0
    assert lot.remaining + lot.reversed + lot.expired + lot.waived <= lot.amount
    if not lot.origin_id:
        assert book.unclaimed(lot) >= 0


def _assert_corrections(book: Book) -> None:
    for movement in book.movements.values():
        corrections = [each for each in book.movements.values() if each.corrects_id == movement.id]
        assert movement.corrected == sum(abs(each.amount) for each in corrections)
        assert movement.corrected <= abs(movement.amount)
        if movement.kind == "earned":
            assert movement.corrected == book.lot_earned_by(movement.id).reversed
        elif movement.kind != "redeemed":
            assert not corrections


def _assert_order(book: Book) -> None:
    own = [each for each in book.movements.values() if not each.inherited_from]
    movements = sorted(own, key=lambda movement: movement.seq)
    assert [movement.seq for movement in movements] == list(range(1, book.seq + 1))
    for before, after in pairwise(movements):
        assert after.balance_after == before.balance_after + after.amount
        assert after.effective_at >= before.effective_at
        assert after.recorded_at >= before.recorded_at
