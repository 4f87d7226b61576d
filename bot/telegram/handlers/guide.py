"""/help, and whatever nobody else understands: there is always a way on."""

from dataclasses import replace

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.filters import Command

from bot.telegram.cards import Card, Event
from bot.telegram.commands import described
from bot.telegram.handlers.start import menu
from bot.telegram.keyboards import Go
from bot.telegram.visit import Visit

router = Router(name="guide")
# Last of all routers: what has no handler yet comes here.
leftovers = Router(name="leftovers")
# What people send; a notice such as "message pinned" is no question.
_SAID = {
    ContentType.TEXT,
    ContentType.PHOTO,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
    ContentType.VOICE,
    ContentType.AUDIO,
    ContentType.ANIMATION,
    ContentType.DOCUMENT,
    ContentType.STICKER,
    ContentType.CONTACT,
    ContentType.LOCATION,
}


@router.message(Command("help", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "help"))
async def guide(_: Event, visit: Visit) -> Card:
    """List what the bot can do."""
    say, keys = visit.say, visit.keys
    known = [f"/{name} – {words}" for name, words in described(say).items()]
    return Card(
        title=say.text("What I can do for you"),
        lines=(*known, "", say.text("Or simply use the buttons.")),
        rows=(
            (keys.app(),),
            (keys.check_in(), keys.invite()),
            (keys.notify(), keys.privacy()),
            (keys.language(), keys.menu()),
        ),
    )


@leftovers.message(F.content_type.in_(_SAID))
async def not_understood(_: Event, visit: Visit) -> Card:
    """Answer what nobody understands with the menu, not with silence."""
    return await menu(visit, visit.say.text("I understand buttons better than words. Try these:"))


@leftovers.callback_query()
async def expired(_: Event, visit: Visit) -> Card:
    """Answer a button that is not, or no longer, one of ours."""
    toast = visit.say.text("This button has expired. Here is a fresh one.")
    return replace(await menu(visit), toast=toast)
