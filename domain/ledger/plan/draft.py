"""A step in the making."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.ledger.plan.book import Book, DebtItem, Hold, Kind, Lot, Substitute
from domain.ledger.plan.identity import NewId
from domain.ledger.plan.steps import (
    CounterChange,
    DebtChange,
    HoldEnd,
    HoldOutcome,
    Opening,
    Step,
    SubstituteChange,
    Take,
    checked,
)


class Draft:
    """Collects the changes of one step; `book` shows the account as if they were made."""

    def __init__(
        self, book: Book, *, at: datetime, new_id: NewId, effective_at: datetime | None = None
    ) -> None:
        self.book = book.copy()
        self.at = at
        self._effective_at = effective_at or at
        self._new_id = new_id
        self._seq = book.seq + 1
        self._opens: list[Opening] = []
        self._takes: Counter[UUID] = Counter()
        self._debts: Counter[UUID] = Counter()
        self._substitutes: Counter[UUID] = Counter()
        self._counts: defaultdict[UUID, Counter[str]] = defaultdict(Counter)
        self._ended: list[HoldEnd] = []

    def open_lot(self, amount: int, expires_at: datetime | None, origin: Lot | None = None) -> Lot:
        number = self.book.lots_opened + len(self._opens) + 1
        lot = Lot(
            id=self._new_id("lot", number),
            number=number,
            movement_id=self._new_id("movement", self._seq),
            opening_seq=self._seq,
            amount=amount,
            remaining=amount,
            expires_at=expires_at,
            origin_id=origin.root_id if origin else None,
        )
        self.book.lots[lot.id] = lot
        self._opens.append(
            Opening(
                lot_id=lot.id,
                origin_id=lot.origin_id,
                inherited_from=self._keeper(lot.origin_id),
                amount=amount,
                expires_at=expires_at,
            )
        )
        return lot

    def _keeper(self, lot_id: UUID | None) -> UUID | None:
        return self.book.lots[lot_id].inherited_from if lot_id else None

    def take(self, lot: Lot, points: int) -> None:
        lot = self.book.lots[lot.id]
        self.book.lots[lot.id] = replace(lot, remaining=lot.remaining - points)
        self._takes[lot.id] += points

    def restore(self, lot: Lot, points: int) -> None:
        self.take(lot, -points)

    def end_hold(self, hold: Hold, outcome: HoldOutcome) -> None:
        """Let go of the points of a hold."""
        for lot_id, points in hold.parts.items():
            lot = self.book.lots[lot_id]
            self.book.lots[lot_id] = replace(lot, held=lot.held - points)
        del self.book.holds[hold.id]
        self._ended.append(HoldEnd(hold_id=hold.id, outcome=outcome))

    def set_aside(self, lot: Lot, points: int) -> None:
        """Keep points of a lot from being eaten by the rest of this draft."""
        lot = self.book.lots[lot.id]
        self.book.lots[lot.id] = replace(lot, held=lot.held + points)

    def eat(self, lots: Iterable[Lot], points: int) -> list[tuple[Lot, int]]:
        """Take up to that many points, lot after lot, and say what each one gave."""
        eaten = []
        for lot in lots:
            if part := min(self.book.lots[lot.id].free, points):
                self.take(lot, part)
                points -= part
                eaten.append((lot, part))
        return eaten

    def substitute(self, for_lot: UUID, in_lot: UUID, points: int) -> None:
        """Remember that `in_lot` gave these points on behalf of `for_lot`."""
        name = f"substitute{len(self._substitutes) + 1}:"
        taken = Substitute(
            id=self._new_id(name, self._seq), seq=self._seq, for_lot=for_lot, in_lot=in_lot, open=0
        )
        self._change_substitute(taken, points)

    def undo(self, taken: Substitute, points: int) -> None:
        self._change_substitute(taken, -points)

    def owe(self, for_lot: UUID | None, points: int) -> None:
        # Only a transfer brings more than one.
        name = f"debt{len(self._debts) + 1}:" if self._debts else "debt"
        item = DebtItem(id=self._new_id(name, self._seq), seq=self._seq, for_lot=for_lot, open=0)
        self._change_debt(item, points)

    def cancel(self, item: DebtItem, points: int) -> None:
        self._change_debt(item, -points)

    def pay_debts(self, lots: Iterable[Lot]) -> None:
        """Pay what is owed from these lots in their order, the oldest item first."""
        for item in self.book.open_debts():
            for lot, part in self.eat(lots, item.open):
                self._change_debt(self.book.debts[item.id], -part)
                if item.for_lot:
                    self.substitute(item.for_lot, lot.id, part)

    def count(self, lot: Lot, **points: int) -> None:
        """Add to the lot's counters `reversed`, `expired`, `waived`."""
        lot = self.book.lots[lot.id]
        changed = {name: getattr(lot, name) + more for name, more in points.items()}
        self.book.lots[lot.id] = replace(lot, **changed)
        self._counts[lot.id].update(points)

    def step(
        self,
        kind: Kind,
        action: str,
        amount: int,
        *,
        corrects_id: UUID | None = None,
        award_id: UUID | None = None,
    ) -> Step:
        """Close the draft. The amount is what the caller meant; the changes must agree."""
        step = Step(
            movement_id=self._new_id("movement", self._seq),
            kind=kind,
            action=action,
            amount=amount,
            corrects_id=corrects_id,
            inherited_from=self.book.movements[corrects_id].inherited_from if corrects_id else None,
            award_id=award_id,
            effective_at=self._effective_at,
            recorded_at=self.at,
            opens=tuple(self._opens),
            takes=tuple(Take(lot_id=id_, amount=n) for id_, n in self._takes.items() if n),
            debts=tuple(self._debt_changes()),
            substitutes=tuple(self._substitute_changes()),
            counters=tuple(self._counter_changes()),
            holds=tuple(self._ended),
        )
        return checked(step)

    def _debt_changes(self) -> Iterator[DebtChange]:
        for item_id, delta in self._debts.items():
            if delta:
                item = self.book.debts[item_id]
                yield DebtChange(
                    item_id=item_id,
                    for_lot=item.for_lot,
                    inherited_from=self._keeper(item.for_lot),
                    delta=delta,
                )

    def _substitute_changes(self) -> Iterator[SubstituteChange]:
        for taken_id, delta in self._substitutes.items():
            taken = self.book.substitutes[taken_id]
            yield SubstituteChange(
                substitute_id=taken_id,
                inherited_from=taken.inherited_from,
                for_lot=taken.for_lot,
                for_inherited_from=self._keeper(taken.for_lot),
                in_lot=taken.in_lot,
                delta=delta,
            )

    def _counter_changes(self) -> Iterator[CounterChange]:
        for lot_id, counts in self._counts.items():
            if any(counts.values()):
                yield CounterChange(
                    lot_id=lot_id,
                    inherited_from=self._keeper(lot_id),
                    reversed=counts["reversed"],
                    expired=counts["expired"],
                    waived=counts["waived"],
                )

    def _change_debt(self, item: DebtItem, delta: int) -> None:
        self.book.debts[item.id] = replace(item, open=item.open + delta)
        self._debts[item.id] += delta

    def _change_substitute(self, taken: Substitute, delta: int) -> None:
        self.book.substitutes[taken.id] = replace(taken, open=taken.open + delta)
        self._substitutes[taken.id] += delta
