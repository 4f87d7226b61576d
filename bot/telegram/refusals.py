"""What the domain refuses, said in the chat: always with a way on."""

from dataclasses import replace

from bot.telegram.cards import Card
from bot.telegram.handlers.start import menu
from bot.telegram.visit import Visit
from domain.errors import Refusal


async def card_of(visit: Visit, refusal: Refusal) -> Card:
    """Return the card that says a refusal; before the terms it holds the button to accept them."""
    reason = visit.say.text(refusal.message, **refusal.facts)
    return replace(await menu(visit, f"👉 {reason}"), toast=reason)
