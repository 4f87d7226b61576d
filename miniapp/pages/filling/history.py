"""The history: movements as lines of a bank statement."""

from datetime import date
from typing import Annotated, Final, cast
from zoneinfo import ZoneInfo

from pydantic import StringConstraints

from domain.earning.actions import label_of
from domain.ledger.statement import MovementLine, movements
from locales import Translator, translator
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import balance_of
from miniapp.pages.parts import HistoryEntry, MovementKind
from miniapp.pages.screens import HistoryFilter, HistoryScreen
from web.bodies import Body, Digits
from web.explaining import reason_in_words

_KINDS: Final[dict[HistoryFilter, MovementKind | None]] = {
    "all": None,
    "earned": "earned",
    "used": "redeemed",
    "refunded": "reimbursed",
    "expired": "expired",
}
_CORRECTIONS: Final = {
    "reversed": "Taken back: %(what)s",
    "reimbursed": "Given back: %(what)s",
}


class Lines(Body):
    """Which lines, and the month that stands above them already."""

    filter: HistoryFilter = "all"
    cursor: Digits | None = None
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")] | None = None

    @property
    def begun(self) -> date | None:
        """The first day of that month."""
        return date.fromisoformat(f"{self.month}-01") if self.month else None


async def history_screen(visit: Visit, asked: Lines) -> HistoryScreen:
    """Return a page of the history."""
    spoken = translator((await visit.customer()).locale)
    zone = await visit.zone()
    balance = await balance_of(visit)
    page = await movements(
        visit.customer_id, cursor=asked.cursor, limit=20, kind=_KINDS[asked.filter]
    )
    return HistoryScreen(
        balance=balance,
        chosen=asked.filter,
        entries=tuple(_entry(line, spoken, zone) for line in page.items),
        next_cursor=page.next,
        begun=asked.begun,
    )


def titled(kind: str, action: str, say: Translator) -> str:
    """Return what a movement is called."""
    what = say.text(label_of(action))
    correction = _CORRECTIONS.get(kind)
    return say.text(correction, what=what) if correction else what


def _entry(line: MovementLine, spoken: Translator, zone: ZoneInfo) -> HistoryEntry:
    return HistoryEntry(
        id=str(line.id),
        kind=cast(MovementKind, line.kind),
        title=titled(line.kind, line.action, spoken),
        reason=reason_in_words(line.reason, spoken) if line.reason else None,
        amount=line.amount,
        balance_after=line.balance_after,
        at=line.effective_at.astimezone(zone),
    )
