"""/history: the last movements as lines of a bank statement, turned page by page in place."""

from typing import Final

from aiogram import F, Router
from aiogram.filters import Command

from bot.telegram.cards import Card, Event, Row
from bot.telegram.keyboards import Go, Leaf
from bot.telegram.visit import Visit
from domain.earning.actions import label_of
from domain.ledger.standing import standing
from domain.ledger.statement import MovementLine, MovementPage, movements
from web.screens import SCREENS

router = Router(name="history")
_LINES: Final = 8
_CORRECTIONS: Final = {
    "reversed": "Taken back: %(what)s",
    "reimbursed": "Given back: %(what)s",
}


@router.message(Command("history", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "history"))
async def history(_: Event, visit: Visit) -> Card:
    """Answer with the newest movements."""
    return await _page(visit, None)


@router.callback_query(Leaf.filter())
async def leaf(_: Event, visit: Visit, callback_data: Leaf) -> Card:
    """Turn to the movements before a line."""
    return await _page(visit, callback_data.before)


async def _page(visit: Visit, before: int | None) -> Card:
    visit.members_only()
    say, keys = visit.say, visit.keys
    # What is due is settled first, so that the lines add up to the balance.
    now = await standing(visit.customer.customer_id, now=visit.now)
    cursor = None if before is None else str(before)
    page = await movements(visit.customer.customer_id, cursor=cursor, limit=_LINES)
    nothing = say.text("Nothing here yet. Check in every day to collect your first points.")
    balance = say.text("💰 Your balance: %(points)s", points=say.number(now.balance))
    return Card(
        title=say.text("My history"),
        lines=(*[_line(visit, line) for line in page.items], "", balance)
        if page.items
        else (nothing,),
        rows=(
            (*_newer(visit, page, before), *((keys.older(int(page.next)),) if page.next else ())),
            (keys.screen(SCREENS["history"]),),
            (keys.menu(),),
        ),
    )


def _newer(visit: Visit, page: MovementPage, before: int | None) -> Row:
    if before is None:
        return ()
    top = page.items[0].seq if page.items else before
    return (visit.keys.newer(top + _LINES + 1),)


def _line(visit: Visit, line: MovementLine) -> str:
    say = visit.say
    what = say.text(label_of(line.action))
    if correction := _CORRECTIONS.get(line.kind):
        what = say.text(correction, what=what)
    return f"{say.day_month(line.business_date)}  {say.signed(line.amount)}  {what}"
