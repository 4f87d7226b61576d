"""Giving the points of a redemption back, as if it had been smaller."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from domain.ledger.plan.apply import apply
from domain.ledger.plan.book import Book, Lot
from domain.ledger.plan.draft import Draft
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.reversing import reversal
from domain.ledger.plan.settling import posting_instant, settle
from domain.ledger.plan.steps import Plan


def reimburse(
    book: Book,
    movement_id: UUID,
    amount: int,
    *,
    now: datetime,
    grace: timedelta | None,
    new_id: NewId,
) -> Plan:
    """Plan to give back up to `amount` of a redemption, to the lots that it was taken from.

    What a reversal had waived is reversed again, and what expired meanwhile expires again:
    each in a movement of its own after the `reimbursed` one.
    """
    at = posting_instant(book, now)
    redemption = book.redemption(movement_id)
    points = min(amount, redemption.correctable)
    if not points:
        return ()
    giving = _Giving(Draft(book, at=at, new_id=new_id), grace)
    for lot, part in _last_taken_first(book, movement_id, points):
        giving.give(lot, part)
    giving.draft.pay_debts(giving.draft.book.open_lots(at))
    plan: Plan = (
        giving.draft.step("reimbursed", redemption.action, points, corrects_id=redemption.id),
    )
    for root_id, part in giving.unwaived.items():
        after = apply(book, plan)
        root = after.lots[root_id]
        plan += (reversal(after, root, part, policy="clamp", at=at, new_id=new_id),)
    return plan + settle(apply(book, plan), now=now, new_id=new_id)


def _last_taken_first(book: Book, movement_id: UUID, points: int) -> Iterator[tuple[Lot, int]]:
    """Walk what the redemption took, past what was given back before."""
    given_back = book.movements[movement_id].corrected
    taken = [row for row in book.allocations if row.movement_id == movement_id]
    for row in sorted(taken, key=lambda row: row.ordinal, reverse=True):
        skipped = min(row.amount, given_back)
        given_back -= skipped
        if part := min(row.amount - skipped, points):
            points -= part
            yield book.lots[row.lot_id], part


class _Giving:
    """Gives points back to lots.

    A reversal that did not find its points in its lot has a claim on those that are out of it:
    what is owed for the lot, what was waived, what other lots gave instead. Claims are never
    more than what is out, so once they are met the rest belongs in the lot.
    """

    def __init__(self, draft: Draft, grace: timedelta | None) -> None:
        self.draft = draft
        self.grace = grace
        # By lot: points put back only to be reversed again.
        self.unwaived: Counter[UUID] = Counter()

    def give(self, lot: Lot, points: int) -> None:
        """Give points back to the lot that they were taken from, claims first.

        Where they would only expire, those that nobody claims come first: a reversal that
        follows could not take them either, and the order must not matter (ADR 0004).
        """
        root = self.draft.book.root(lot)
        if lot.is_past(self.draft.at) and not self.grace:
            points -= self._put_back(lot, min(points, self.draft.book.unclaimed(root)))
        points -= self._cancel_debt(root, points)
        points -= self._unwaive(root, lot, points)
        points -= self._undo_substitutes(root, points)
        self._put_back(lot, points)

    def _cancel_debt(self, root: Lot, points: int) -> int:
        left = points
        for item in self.draft.book.debts_for(root):
            part = min(item.open, left)
            self.draft.cancel(item, part)
            left -= part
        return points - left

    def _unwaive(self, root: Lot, lot: Lot, points: int) -> int:
        part = min(root.waived, points)
        if part:
            self.draft.count(root, waived=-part)
            # They are promised to the second reversal and must not pay another debt before it.
            self.draft.set_aside(self._restore(lot, part), part)
            self.unwaived[root.id] += part
        return part

    def _undo_substitutes(self, root: Lot, points: int) -> int:
        left = points
        while left and (taken := self.draft.book.last_substitute(root)):
            part = min(taken.open, left)
            self.draft.undo(taken, part)
            self.give(self.draft.book.lots[taken.in_lot], part)
            left -= part
        return points - left

    def _put_back(self, lot: Lot, points: int) -> int:
        if points and lot.is_past(self.draft.at) and self.grace:
            self.draft.open_lot(points, self.draft.at + self.grace, origin=lot)
        elif points:
            self._restore(lot, points)
        return points

    def _restore(self, lot: Lot, points: int) -> Lot:
        """Put points back and say where they are: none return to a lot that was left behind."""
        if lot.inherited_from:
            return self.draft.open_lot(points, lot.expires_at, origin=lot)
        self.draft.restore(lot, points)
        return lot
