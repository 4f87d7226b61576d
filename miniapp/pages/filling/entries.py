"""One entry of the history, explained: the rule, the lots, and the entries it is linked to."""

from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.earning.actions import label_of
from domain.earning.entry import Entry, Related, Taken, entry
from locales import Translator, translator
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import balance_of
from miniapp.pages.filling.history import titled
from miniapp.pages.parts import HistoryEntry, LinkedEntry, LotLine, MovementKind
from miniapp.pages.screens import EntryScreen
from web.explaining import reasons


async def entry_screen(visit: Visit, movement_id: UUID) -> EntryScreen:
    """Return everything about one movement of the customer's own; raises NotFound."""
    spoken = translator((await visit.customer()).locale)
    balance = await balance_of(visit)
    found = await entry(visit.customer_id, movement_id)
    zone = await visit.zone()
    return EntryScreen(
        balance=balance,
        entry=_shown(found, spoken, zone),
        why=reasons(found, spoken),
        lots=tuple(
            LotLine(points=lot.amount, left=lot.remaining, until=last_day(lot.expires_at, zone))
            for lot in found.opened
        ),
        taken=tuple(_taken(part, spoken, zone) for part in found.taken),
        corrects=_related(found.corrects, spoken, zone) if found.corrects else None,
        corrected_by=tuple(_related(one, spoken, zone) for one in found.corrected_by),
        ask=_question(visit, movement_id),
    )


def last_day(expires_at: datetime | None, zone: ZoneInfo) -> date | None:
    """Return the last day on which points can be used; `expires_at` is the first without them."""
    if expires_at is None:
        return None
    return (expires_at - timedelta(microseconds=1)).astimezone(zone).date()


def _shown(found: Entry, say: Translator, zone: ZoneInfo) -> HistoryEntry:
    return HistoryEntry(
        id=str(found.id),
        kind=cast(MovementKind, found.kind),
        title=titled(found.kind, found.action, say),
        reason=None,
        amount=found.amount,
        balance_after=found.balance_after,
        at=found.effective_at.astimezone(zone),
    )


def _taken(part: Taken, say: Translator, zone: ZoneInfo) -> LinkedEntry:
    return LinkedEntry(
        id=str(part.movement_id),
        title=say.text(label_of(part.action)),
        on=part.effective_at.astimezone(zone).date(),
        points=part.amount,
        until=last_day(part.expires_at, zone),
    )


def _related(one: Related, say: Translator, zone: ZoneInfo) -> LinkedEntry:
    return LinkedEntry(
        id=str(one.id),
        title=titled(one.kind, one.action, say),
        on=one.effective_at.astimezone(zone).date(),
        points=one.amount,
    )


def _question(visit: Visit, movement_id: UUID) -> str | None:
    bot = visit.program.telegram_bot
    return f"https://t.me/{bot}?start=ask_{movement_id}" if bot else None
