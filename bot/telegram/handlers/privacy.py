"""/privacy: what we keep about a customer, and what they can do about it."""

from aiogram import F, Router
from aiogram.filters import Command

from bot.telegram.cards import Card, Event
from bot.telegram.keyboards import Go
from bot.telegram.visit import Visit
from web.screens import SCREENS

router = Router(name="privacy")


@router.message(Command("privacy", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "privacy"))
async def privacy(_: Event, visit: Visit) -> Card:
    """Answer in a few plain sentences."""
    say, keys, program = visit.say, visit.keys, visit.program
    lines = (
        say.text("We keep your chat name and number, your language, and your points."),
        say.text("%(program)s sees them, and nobody else does.", program=program.name),
        say.text("Friends whom you invite see your name. Nobody sees your balance."),
        say.text("You choose what you hear of, and you can leave at any time in your settings."),
        say.text("To have everything erased, ask the shop."),
    )
    return Card(
        title=say.text("Your privacy"),
        lines=tuple(f"• {line}" for line in lines),
        rows=(
            (keys.screen(SCREENS["privacy"]),),
            (keys.notify(), keys.terms()),
            (keys.menu(),),
        ),
    )
