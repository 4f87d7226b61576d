"""Who is asking, and what an answer needs to know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiogram.types import User

from bot.telegram.intake import CHANNEL
from bot.telegram.keyboards import Keyboard, app_url
from domain.customers.enrolment import Identity
from domain.customers.models import Customer
from domain.earning.arrival import Arrival
from domain.earning.claims import TermsRequired
from domain.ledger.requests import RequestKey, request_key
from domain.programs import Program
from locales import LOCALES, Translator, translator
from web.screens import Place

IDENTITY: Final = "telegram"


def language_of(user: User, program: Program) -> str:
    """Return the language to begin with: the one that the person's Telegram speaks."""
    if not user.language_code:
        return program.locale
    code = user.language_code.partition("-")[0].lower()
    return code if code in LOCALES else "en"


def identity(user_id: int) -> Identity:
    """Return the identity of a Telegram user."""
    return Identity(IDENTITY, str(user_id))


@dataclass(frozen=True)
class Visit:
    """One update of a customer: handlers take it and return a card."""

    program: Program
    arrival: Arrival
    public_url: str
    update_id: int
    now: datetime
    # Where a deep link wants to go; the card that answers it has the button there.
    screen: Place | None = None

    channel = CHANNEL

    @property
    def customer(self) -> Customer:
        return self.arrival.customer

    @property
    def is_member(self) -> bool:
        """Whether the terms are accepted."""
        return self.customer.registered_at is not None

    # Not kept: the customer may choose another language during the visit.
    @property
    def say(self) -> Translator:
        """The customer's language."""
        return translator(self.customer.locale)

    @property
    def keys(self) -> Keyboard:
        """The buttons in the customer's language."""
        return Keyboard(self.say, app_url(self.public_url, self.program.slug))

    def members_only(self) -> None:
        """Raise TermsRequired for someone who has not joined."""
        if not self.is_member:
            raise TermsRequired

    def request(self, route: str, body: object = None) -> RequestKey:
        """Return the key of what this update asks for: the same however often it is worked."""
        principal = f"{CHANNEL}:{self.program.id}"
        return request_key(principal, f"update:{self.update_id}", route, body)
