"""/start ask_<movement>: what is known of one entry of the history, said in the chat."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart

from bot.telegram.cards import Card, Event
from bot.telegram.handlers.start import menu
from bot.telegram.visit import Visit
from domain.earning.actions import label_of
from domain.earning.entry import Entry, entry
from domain.errors import NotFound
from domain.programs import zone_of
from web.explaining import reasons
from web.screens import screen_of

router = Router(name="ask_about")
_PREFIX: Final = "ask_"


@router.message(CommandStart(deep_link=True, magic=F.args.startswith(_PREFIX)))
async def ask(_: Event, visit: Visit, command: CommandObject) -> Card:
    """Answer with the entry; of what is not theirs with the menu, as if nothing had been asked."""
    try:
        movement_id = UUID((command.args or "").removeprefix(_PREFIX))
        found = await entry(visit.customer.customer_id, movement_id)
    except (ValueError, NotFound):
        return await menu(visit)
    return await _card(visit, found)


async def _card(visit: Visit, found: Entry) -> Card:
    say, keys = visit.say, visit.keys
    zone = ZoneInfo(await zone_of(visit.program.id, visit.now))
    at = found.effective_at.astimezone(zone)
    screen = screen_of(f"movement_{found.id}")
    return Card(
        title=f"{say.text(label_of(found.action))}: {say.signed(found.amount)}",
        lines=(
            f"{say.date(at.date())}, {say.clock(at)}",
            *reasons(found, say),
            "",
            say.text(
                "Is something wrong? Show this at the shop: entry no. %(number)s.",
                number=say.number(found.seq),
            ),
        ),
        rows=((keys.screen(screen) if screen else keys.app(),), (keys.menu(),)),
    )
