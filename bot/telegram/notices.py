"""The words of what we owe customers: one card a kind of notice."""

from collections.abc import Callable
from typing import Any, Final

from bot.telegram.cards import Card, shown
from bot.telegram.keyboards import Keyboard
from locales import Translator

Facts = dict[str, Any]


def card_of(kind: str, facts: Facts, say: Translator, keys: Keyboard) -> Card | None:
    """Return the card of a notice, or None for a kind that the chat has no words for."""
    words = _KINDS.get(kind)
    return words(facts, say, keys) if words else None


def _friend_joined(facts: Facts, say: Translator, keys: Keyboard) -> Card:
    return Card(
        title=say.text("👋 %(name)s opened your invite", name=shown(str(facts["name"]))),
        lines=(
            *_gain(facts, say),
            say.text("More follows when your friend joins."),
        ),
        rows=((keys.app("/invite", "👥 " + say.text("My friends")),), (keys.invite(),)),
    )


def _referral_completed(facts: Facts, say: Translator, keys: Keyboard) -> Card:
    return Card(
        title=say.text("🎉 %(name)s has joined thanks to you", name=shown(str(facts["name"]))),
        lines=(*_gain(facts, say), say.text("Who would like it here, too?")),
        rows=((keys.invite(),), (keys.app("/invite", "👥 " + say.text("My friends")),)),
    )


def _welcome_points(facts: Facts, say: Translator, keys: Keyboard) -> Card:
    return Card(
        title=say.text("🎁 Your welcome gift has arrived"),
        lines=_gain(facts, say),
        rows=((keys.app(),), (keys.check_in(), keys.points())),
    )


def _gain(facts: Facts, say: Translator) -> tuple[str, ...]:
    points = int(facts.get("points") or 0)
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
