"""The catalogue of earn actions: what customers can be paid for.

A new action is one entry here and its words in the locales; how many points it gives,
and within which limits, are rules that staff change.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from domain.words import marked as _

Scope = Literal["ever", "business_date", "referee", "source"]
Payee = Literal["customer", "referrer", "referee"]
Proof = Literal["view", "read", "share"]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A whole number of one action's rule, the value it starts with, and its bounds."""

    code: str
    label: str
    hint: str
    unit: Literal["points", "seconds"]
    start: int
    least: int = 0
    most: int


@dataclass(frozen=True, kw_only=True)
class Action:
    """What is paid for, to whom, and how often.

    `scope`: once ever, once a business date, once for each referee, or once for each source
    document. `evidence`: what the server must have seen before a claim counts.
    `points` and `settings` are the rule that a new program starts with.
    """

    code: str
    label: str
    hint: str
    icon: str
    scope: Scope = "ever"
    paid_to: Payee = "customer"
    claimable: bool = False
    evidence: Proof | None = None
    points: int = 0
    settings: tuple[Setting, ...] = ()

    @property
    def first_settings(self) -> dict[str, Any]:
        """What stands in the rule of a new program."""
        return {setting.code: setting.start for setting in self.settings}

    def business_key(self, *, on: date | None = None, source: str | None = None) -> str:
        """Return the key of one fact of this kind; `source` is a referee or a document."""
        if self.scope == "ever":
            return self.code
        part = on.isoformat() if self.scope == "business_date" and on else source
        assert part, f"{self.code} is counted by {self.scope}"
        return f"{self.code}:{part}"


_CATALOGUE = (
    Action(
        code="daily_login",
        label="Daily login",
        hint="Check in once a day",
        icon="calendar-check",
        scope="business_date",
        claimable=True,
        points=10,
        settings=(
            Setting(
                code="weekly_bonus",
                label=_("Bonus for a full week"),
                hint=_("On top of the day's points, for every seventh day in a row."),
                unit="points",
                start=50,
                most=1_000_000,
            ),
        ),
    ),
    Action(
        code="first_product_view",
        label="First product view",
        hint="Open a product and have a look",
        icon="coffee",
        claimable=True,
        evidence="view",
        points=10,
    ),
    Action(
        code="first_news_read",
        label="First news read",
        hint="Read one story to the end",
        icon="newspaper",
        claimable=True,
        evidence="read",
        points=20,
    ),
    Action(
        code="first_product_share",
        label="First product share",
        hint="Share a product with a friend",
        icon="share-2",
        claimable=True,
        evidence="share",
        points=30,
    ),
    Action(
        code="new_account_registration",
        label="New account registration",
        hint="Accept the terms and join",
        icon="user-check",
        points=50,
    ),
    Action(
        code="new_member_reward",
        label="New member reward",
        hint="Join through a friend's invite",
        icon="gift",
        paid_to="referee",
        points=50,
    ),
    Action(
        code="new_user_referral",
        label="New user referral",
        hint="A friend opens your invite",
        icon="user-plus",
        scope="referee",
        paid_to="referrer",
        points=20,
    ),
    Action(
        code="referrer_reward",
        label="Referrer reward",
        hint="Your friend becomes a member",
        icon="users",
        scope="referee",
        paid_to="referrer",
        points=100,
    ),
    Action(
        code="manual_adjustment",
        label="Manual adjustment",
        hint="Given by our staff",
        icon="pencil-line",
        scope="source",
    ),
)

ACTIONS: dict[str, Action] = {action.code: action for action in _CATALOGUE}

# What is not earned: why points were used or taken away, by action of the movement.
PURPOSES: dict[str, str] = {
    "lucky_wheel": "Lucky wheel",
    "gift_redemption": "Gift redemption",
    "discount": "Discount",
    "expiry": "Expired",
    "opt_out": "Left the program",
}


def label_of(action: str) -> str:
    """Return the English name of a movement's action; the code itself if nobody named it."""
    known = ACTIONS.get(action)
    return known.label if known else PURPOSES.get(action, action)
