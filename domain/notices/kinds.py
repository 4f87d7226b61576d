"""The catalogue of what a customer may hear from us without having asked."""

from dataclasses import dataclass
from typing import Final

from domain.words import marked as _

BROADCAST: Final = "broadcast"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of notice; the label says what a customer mutes.

    Marketing comes at most once a day.
    """

    code: str
    label: str
    is_marketing: bool = False
    can_mute: bool = True


_CATALOGUE: Final = (
    Kind(code="friend_joined", label=_("A friend opens my invite")),
    Kind(code="referral_completed", label=_("A friend becomes a member")),
    Kind(code="welcome_points", label=_("My gifts have arrived")),
    Kind(code=BROADCAST, label=_("News and offers of the shop"), is_marketing=True),
)
KINDS: Final[dict[str, Kind]] = {kind.code: kind for kind in _CATALOGUE}
MUTABLE: Final = frozenset(kind.code for kind in _CATALOGUE if kind.can_mute)
