"""The words of what we owe customers: one card a kind of notice, however many came together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.telegram.cards import Card, shown
from bot.telegram.keyboards import Keyboard
from domain.notices.kinds import MUTABLE
from locales import Translator

# What each of the notices says that are told in one card.
Facts = Sequence[dict[str, Any]]
_NAMES_SHOWN: Final = 3


def card_of(kind: str, facts: Facts, say: Translator, keys: Keyboard) -> Card | None:
    """Return the card of one or more notices, or None for a kind that the chat has no words for."""
    words = _KINDS.get(kind)
    if words is None:
        return None
    card = words(facts, say, keys)
    return replace(card, rows=(*card.rows, (keys.mute(kind),))) if kind in MUTABLE else card


def _friend_joined(facts: Facts, say: Translator, keys: Keyboard) -> Card:
    return Card(
        title=say.text("👋 %(name)s opened your invite", name=_names(facts, say)),
        lines=(
            *_gain(facts, say),
            say.plural(
                "More follows when your friend joins.",
                "More follows when your friends join.",
                len(facts),
            ),
        ),
        rows=((keys.app("/invite", "👥 " + say.text("My friends")),), (keys.invite(),)),
    )


def _referral_completed(facts: Facts, say: Translator, keys: Keyboard) -> Card:
    return Card(
        title=say.plural(
            "🎉 %(name)s has joined thanks to you",
            "🎉 %(name)s have joined thanks to you",
            len(facts),
            name=_names(facts, say),
        ),
        lines=(*_gain(facts, say), say.text("Who would like it here, too?")),
        rows=((keys.invite(),), (keys.app("/invite", "👥 " + say.text("My friends")),)),
    )


def _welcome_points(facts: Facts, say: Translator, keys: Keyboard) -> Card:
    return Card(
        title=say.text("🎁 Your welcome gift has arrived"),
        lines=_gain(facts, say),
        rows=((keys.app(),), (keys.check_in(), keys.points())),
    )


def _names(facts: Facts, say: Translator) -> str:
    names = [shown(str(fact["name"])) for fact in facts]
    named = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    if more <= 0:
        return named
    return say.text("%(names)s and %(count)s more", names=named, count=say.number(more))


def _gain(facts: Facts, say: Translator) -> tuple[str, ...]:
    points = sum(int(fact.get("points") or 0) for fact in facts)
    if not points:
        return ()
    return (
        say.plural(
            "%(points)s point for you.",
            "%(points)s points for you.",
            points,
            points=say.signed(points),
        ),
    )


_KINDS: Final[dict[str, Callable[[Facts, Translator, Keyboard], Card]]] = {
    "friend_joined": _friend_joined,
    "referral_completed": _referral_completed,
    "welcome_points": _welcome_points,
}
