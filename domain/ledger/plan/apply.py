"""What a plan makes of a book: the posting function in a few lines of Python."""

from dataclasses import replace
from uuid import UUID

from domain.ledger.plan.book import Allocation, Book, DebtItem, Lot, Movement, Substitute
from domain.ledger.plan.steps import Plan, Step, checked


def apply(book: Book, plan: Plan) -> Book:
    """Return the book after these steps. A step that does not add up is never applied."""
    for step in plan:
        book = _applied(book, checked(step))
    return book


def _applied(book: Book, step: Step) -> Book:
    after = book.copy()
    for ended in step.holds:
        _end_hold(after, ended.hold_id)
    _change_lots(after, step)
    _change_claims(after, step)
    if step.amount == 0:
        return replace(after, last_at=max(after.last_at, step.effective_at))
    after = _recorded(after, step)
    if step.award_id:
        del after.awards[step.award_id]
    return after


def _end_hold(book: Book, hold_id: UUID) -> None:
    for lot_id, points in book.holds.pop(hold_id).parts.items():
        lot = book.lots[lot_id]
        book.lots[lot_id] = replace(lot, held=lot.held - points)


def _change_lots(book: Book, step: Step) -> None:
    for number, opening in enumerate(step.opens, start=book.lots_opened + 1):
        book.lots[opening.lot_id] = Lot(
            id=opening.lot_id,
            number=number,
            movement_id=step.movement_id,
            opening_seq=book.seq + 1,
            amount=opening.amount,
            remaining=opening.amount,
            expires_at=opening.expires_at,
            origin_id=opening.origin_id,
        )
    for take in step.takes:
        lot = book.lots[take.lot_id]
        book.lots[lot.id] = replace(lot, remaining=lot.remaining - take.amount)
    for more in step.counters:
        lot = book.lots[more.lot_id]
        book.lots[lot.id] = replace(
            lot,
            reversed=lot.reversed + more.reversed,
            expired=lot.expired + more.expired,
            waived=lot.waived + more.waived,
        )


def _change_claims(book: Book, step: Step) -> None:
    seq = book.seq + 1
    for debt in step.debts:
        new_item = DebtItem(id=debt.item_id, seq=seq, for_lot=debt.for_lot, open=0)
        item = book.debts.get(debt.item_id, new_item)
        book.debts[item.id] = replace(item, open=item.open + debt.delta)
    for change in step.substitutes:
        new_substitute = Substitute(
            id=change.substitute_id, seq=seq, for_lot=change.for_lot, in_lot=change.in_lot, open=0
        )
        taken = book.substitutes.get(change.substitute_id, new_substitute)
        book.substitutes[taken.id] = replace(taken, open=taken.open + change.delta)


def _recorded(book: Book, step: Step) -> Book:
    movement = Movement(
        id=step.movement_id,
        seq=book.seq + 1,
        kind=step.kind,
        action=step.action,
        amount=step.amount,
        balance_after=book.balance + step.amount,
        debt_delta=step.debt_delta,
        effective_at=step.effective_at,
        recorded_at=step.recorded_at,
        corrects_id=step.corrects_id,
    )
    book.movements[movement.id] = movement
    if step.corrects_id:
        corrected = book.movements[step.corrects_id]
        book.movements[corrected.id] = replace(
            corrected, corrected=corrected.corrected + abs(step.amount)
        )
    allocations = tuple(
        Allocation(movement_id=movement.id, ordinal=place, lot_id=take.lot_id, amount=take.amount)
        for place, take in enumerate(step.takes, start=1)
    )
    return replace(
        book,
        seq=movement.seq,
        balance=movement.balance_after,
        last_at=step.recorded_at,
        lots_opened=book.lots_opened + len(step.opens),
        allocations=book.allocations + allocations,
    )
