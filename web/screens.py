"""The mini app's screens by the names that links and buttons carry: `start=invite`, `news_<id>`."""

import re
from dataclasses import dataclass
from typing import Final

from domain.words import marked as _


@dataclass(frozen=True)
class Place:
    """A screen: where it is below the mini app's address, and what a button to it says."""

    path: str
    label: str


SCREENS: Final[dict[str, Place]] = {
    "home": Place("", _("Open my card")),
    "earn": Place("/earn", _("Earn points")),
    "invite": Place("/invite", _("Invite friends")),
    "history": Place("/history", _("My history")),
    "news": Place("/news", _("Read the news")),
    "products": Place("/products", _("See the products")),
    "profile": Place("/profile", _("My settings")),
    "help": Place("/help", _("Help")),
    "terms": Place("/terms", _("Terms of membership")),
    "privacy": Place("/privacy", _("What we keep about you")),
}
# One thing among many, by its id.
_ITEMS: Final[dict[str, Place]] = {
    "news": Place("/news/{id}", _("Read on")),
    "product": Place("/products/{id}", _("Have a look")),
    "movement": Place("/history/{id}", _("Show the details")),
}
_ITEM: Final = re.compile(r"([a-z]+)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def screen_of(start_param: str | None) -> Place | None:
    """Return the screen that a start parameter names; None for a code, and for anything else."""
    if start_param is None:
        return None
    if start_param in SCREENS:
        return SCREENS[start_param]
    found = _ITEM.fullmatch(start_param)
    if found is None or found[1] not in _ITEMS:
        return None
    item = _ITEMS[found[1]]
    return Place(item.path.format(id=found[2]), item.label)
