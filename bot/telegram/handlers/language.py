"""/language: which language the bot and the mini app speak."""

from dataclasses import replace

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import User

from bot.telegram.cards import Card, Event
from bot.telegram.greeting import speak_in_chat
from bot.telegram.handlers.start import menu
from bot.telegram.keyboards import LANGUAGES, Go, Speak
from bot.telegram.visit import Visit
from domain.customers.enrolment import set_locale

router = Router(name="language")


@router.message(Command("language", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "language"))
async def language(_: Event, visit: Visit) -> Card:
    """Offer the languages, each by its own name."""
    say, keys = visit.say, visit.keys
    return Card(
        title=say.text("Which language do you prefer?"),
        lines=(say.text("It counts for this chat and for the app."),),
        rows=(tuple(keys.speak(locale) for locale in LANGUAGES), (keys.menu(),)),
    )


@router.callback_query(Speak.filter())
async def speak(
    _: Event, visit: Visit, callback_data: Speak, bot: Bot, event_from_user: User
) -> Card:
    """Speak that language from now on, in commands and menu button too."""
    await set_locale(visit.customer, callback_data.locale)
    await speak_in_chat(bot, event_from_user.id, visit.program, visit.public_url, visit.say)
    return replace(await menu(visit), toast=visit.say.text("From now on I speak English."))
