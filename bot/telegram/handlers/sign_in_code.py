"""A browser wants to come in: the owner of the chat picks the number that it shows, or says no."""

from typing import Annotated, Final

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from pydantic import Field

from bot.telegram.cards import Card, Event
from bot.telegram.visit import Visit
from domain.access.sign_in_codes import answer, question

router = Router(name="sign_in_code")
_PREFIX: Final = "login_"
Nonce = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{32}$")]
_NO: Final = "no"


class LetIn(CallbackData, prefix="letin"):
    """The button with a number that a browser may show, or with a no."""

    nonce: Nonce
    number: Annotated[str, Field(pattern=r"^([0-9]{2}|no)$")]


@router.message(CommandStart(deep_link=True, magic=F.args.startswith(_PREFIX)))
async def ask(_: Event, visit: Visit, command: CommandObject) -> Card:
    """Ask whether it is their browser, and which number it shows."""
    nonce = (command.args or "").removeprefix(_PREFIX)
    say, now = visit.say, visit.now
    asked = await question(visit.program.id, nonce, now=now)
    device = asked.device or say.text("An unknown device")
    numbers = tuple(_button(number, nonce, number) for number in asked.choices)
    return Card(
        title=say.text("Is this you, signing in?"),
        lines=(
            say.text("💻 %(device)s wants to open your card.", device=device),
            say.text("Tap the number that you see on that screen."),
            "",
            say.text(
                "⚠️ Do it only if you are signing in yourself, right now. Whoever sent you this"
                " link would see your points."
            ),
        ),
        rows=(numbers, (_button("🚫 " + say.text("It is not me"), nonce, _NO),)),
    )


@router.callback_query(LetIn.filter())
async def decide(_: Event, visit: Visit, callback_data: LetIn) -> Card:
    """Let the browser in if its number was picked, and nobody otherwise."""
    say = visit.say
    number = None if callback_data.number == _NO else callback_data.number
    is_in = await answer(
        visit.program.id,
        callback_data.nonce,
        number,
        visit.customer.customer_id,
        now=visit.now,
    )
    if is_in:
        words = say.text("✅ You are signed in. Go back to your browser.")
        return Card(title=words, rows=((visit.keys.menu(),),), toast=words)
    words = say.text("🚫 Nobody was let in.")
    hint = say.text("If it was you, begin again in your browser.")
    return Card(title=words, lines=(hint,), rows=((visit.keys.menu(),),), toast=words)


def _button(label: str, nonce: str, number: str) -> InlineKeyboardButton:
    data = LetIn(nonce=nonce, number=number).pack()
    return InlineKeyboardButton(text=label, callback_data=data)
