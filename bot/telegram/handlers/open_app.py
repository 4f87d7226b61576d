"""/app: the way into the mini app."""

from aiogram import Router
from aiogram.filters import Command

from bot.telegram.cards import Card, Event
from bot.telegram.visit import Visit

router = Router(name="open_app")


@router.message(Command("app", ignore_mention=True))
async def open_app(_: Event, visit: Visit) -> Card:
    """Answer with one large button."""
    say, keys = visit.say, visit.keys
    return Card(
        title=say.text("Your card at %(program)s", program=visit.program.name),
        lines=(say.text("Points, news, products and your history: all in one place."),),
        rows=((keys.app(),), (keys.menu(),)),
    )
