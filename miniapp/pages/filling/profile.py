"""The profile, and what leaving takes away."""

import unicodedata
from datetime import datetime
from typing import Final

from domain.customers.profile import likely_birthdays, profile
from domain.earning.check_in import week
from domain.ledger.standing import standing
from domain.notices.kinds import KINDS
from domain.notices.preferences import muted
from domain.notices.quiet import BEGIN, END
from locales import Translator, translator
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import balance_of
from miniapp.pages.parts import Switch
from miniapp.pages.screens import LeaveScreen, ProfileScreen

# What a customer types to say that leaving is meant, in each language.
_LEAVE: Final = "LEAVE"


async def profile_screen(visit: Visit) -> ProfileScreen:
    """Return who the customer is to us, and what they want to hear of."""
    own = await profile(visit.customer_id)
    zone = await visit.zone()
    today = (await week(visit.program, visit.customer_id, now=visit.now)).today
    spoken = translator(own.locale)
    unwanted = await muted(visit.customer_id)
    return ProfileScreen(
        balance=await balance_of(visit),
        name=own.name,
        member_since=own.registered_at.astimezone(zone).date() if own.registered_at else None,
        birthday=own.birthday,
        birthdays=likely_birthdays(today),
        spoken=own.locale,
        switches=tuple(
            Switch(code=kind.code, label=spoken.text(kind.label), on=kind.code not in unwanted)
            for kind in KINDS.values()
            if kind.can_mute
        ),
        quiet=(
            datetime.combine(today, BEGIN, zone),
            datetime.combine(today, END, zone),
        ),
    )


async def leave_screen(visit: Visit) -> LeaveScreen:
    """Return what leaving takes away from the customer."""
    account = await standing(visit.customer_id, now=visit.now)
    spoken = translator((await visit.customer()).locale)
    return LeaveScreen(balance=account.balance, pending=account.pending, word=leaving_word(spoken))


def leaving_word(say: Translator) -> str:
    """Return the word to type, as the customer reads it."""
    return say.text("LEAVE")


def is_meant(typed: str, say: Translator) -> bool:
    """Tell whether that is the word, however it was typed; marks may be left out of it."""
    return _bare(typed) in {_bare(leaving_word(say)), _bare(_LEAVE)}


def _bare(text: str) -> str:
    parted = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in parted if not unicodedata.combining(c)).split())
