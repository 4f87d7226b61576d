"""The pieces that screens are made of: everything decided, nothing to look up.

Points and money are whole numbers, days are the program's business dates, instants are already
in the program's zone. Sentences that depend on data come translated.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

EarnState = Literal["available", "locked", "done"]
EarnGroupName = Literal["today", "once", "friends"]
DayState = Literal["done", "shielded", "missed", "today", "next"]
FriendStatus = Literal["joined", "pending", "completed", "cancelled", "blocked"]
NoticeKind = Literal["own_invite", "already_member", "invite_invalid", "shield_used"]
MovementKind = Literal["earned", "reversed", "redeemed", "reimbursed", "expired", "transferred"]

_COLOUR = re.compile("#[0-9a-f]{6}", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Brand:
    """A merchant's look: two accents, the colour of points, and the seed of the rings."""

    accent: str = "#14624f"
    accent_dark: str = "#62cfa9"
    gold: str = "#f6b756"
    seed: str = "moc"

    def __post_init__(self) -> None:
        """Refuse what is no colour: these values become part of a style sheet."""
        for colour in (self.accent, self.accent_dark, self.gold):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"{colour!r} is not a colour like #14624f")


@dataclass(frozen=True, kw_only=True)
class ProgramFace:
    """What every page knows of its program before anybody signs in."""

    slug: str
    name: str
    currency: str
    brand: Brand
    # Absent: the program has no bot, so the page cannot send anyone to it.
    bot_username: str | None
    # Whether a browser may sign in with Telegram's own page.
    has_login: bool = False


@dataclass(frozen=True, kw_only=True)
class Amount:
    """Points that fall due on a day: expiring, or still pending."""

    points: int
    # A pending award without a day waits for a decision of staff.
    on: date | None


@dataclass(frozen=True, kw_only=True)
class Hero:
    """The balance and all that explains it; replaced as a whole, never in parts."""

    name: str
    balance: int
    # About how much the points are worth, in the currency's smallest units.
    worth: int | None
    expiring: Amount | None
    pending: Amount | None
    debt: int = 0


@dataclass(frozen=True, kw_only=True)
class CheckInDay:
    """One day of the week strip."""

    on: date
    state: DayState
    points: int
    bonus: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    """The daily check-in: Monday to Sunday around today."""

    days: tuple[CheckInDay, ...]
    today: date
    streak: int
    claimed: bool
    points_today: int
    points_tomorrow: int
    # The bonus of the next full week, and when it can be reached.
    bonus: Amount | None
    shield: Literal["ready", "used", "none"]
    shield_used_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class EarnItem:
    """One way to earn; `href` is relative to the app, None when there is nowhere to go."""

    action: str
    title: str
    detail: str
    icon: str
    points: int
    group: EarnGroupName
    state: EarnState
    href: str | None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class EarnGroup:
    """Ways to earn of the same rhythm; those that are done come last."""

    name: EarnGroupName
    items: tuple[EarnItem, ...]

    @property
    def done(self) -> bool:
        """Whether nothing of the group can be earned any more today."""
        return all(item.state == "done" for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """The picture of an article or a product: the merchant's, or one grown from a seed."""

    seed: str
    icon: str = "coffee"
    image_url: str | None = None
    # The same image in several widths, and its shape: nothing moves when it comes.
    image_widths: str = ""
    width: int = 320
    height: int = 240

    @classmethod
    def of(cls, seed: str, picture: str) -> "Cover":
        """Take a picture as merchants give it: an address, or the name of an icon."""
        if "/" in picture:
            return cls(seed=seed, image_url=picture)
        return cls(seed=seed, icon=picture)


@dataclass(frozen=True, kw_only=True)
class NewsCard:
    """An article in a list."""

    id: str
    title: str
    summary: str
    published_on: date
    minutes: int
    cover: Cover
    # What reading it earns now; 0 when it earns nothing.
    reward: int = 0
    earned: bool = False


@dataclass(frozen=True, kw_only=True)
class CategoryChip:
    """A heading of the shop's by which products are narrowed."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ProductCard:
    """A product in the grid; a price of None is not shown."""

    id: str
    name: str
    price: int | None
    cover: Cover
    reward: int = 0
    earned: bool = False


@dataclass(frozen=True, kw_only=True)
class Dwell:
    """Points for staying with a page: claimed when its visible seconds are over."""

    action: str
    points: int
    seconds: int
    evidence: str
    earned: bool = False


@dataclass(frozen=True, kw_only=True)
class Share:
    """What sharing this product earns."""

    points: int
    earned: bool


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something that happened before this screen opened and deserves a word."""

    kind: NoticeKind
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Friend:
    """Someone who came through the customer's link."""

    name: str
    status: FriendStatus
    on: date
    points: int = 0
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cap:
    """How much of a limit is used; at the limit, `until` says when it opens again."""

    used: int
    limit: int
    until: datetime | None = None

    @property
    def reached(self) -> bool:
        """Whether nothing more counts for now."""
        return self.used >= self.limit


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One movement as a line of a bank statement."""

    id: str
    kind: MovementKind
    title: str
    reason: str | None
    amount: int
    balance_after: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HistoryMonth:
    """The lines of one month, newest first."""

    first_day: date
    entries: tuple[HistoryEntry, ...]


@dataclass(frozen=True, kw_only=True)
class LotLine:
    """Points that came in with a movement; without a last day they stay."""

    points: int
    left: int
    until: date | None


@dataclass(frozen=True, kw_only=True)
class LinkedEntry:
    """Another movement that this one has to do with, and how many points link the two."""

    id: str
    title: str
    on: date
    points: int
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A kind of message that the customer wants, or does not."""

    code: str
    label: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Something that we keep about a customer: what for, and for how long."""

    what: str
    why: str
    how_long: str


_STATES: tuple[EarnState, ...] = ("available", "locked", "done")
_GROUPS: tuple[EarnGroupName, ...] = ("today", "once", "friends")


def sunk(items: tuple[EarnItem, ...]) -> tuple[EarnItem, ...]:
    """Put what can be earned now first and what is done last; the richest first in each."""
    return tuple(sorted(items, key=lambda item: (_STATES.index(item.state), -item.points)))


def grouped(items: tuple[EarnItem, ...]) -> tuple[EarnGroup, ...]:
    """Gather items by rhythm; a group with nothing left to do comes after the others."""
    groups = (
        EarnGroup(name=name, items=sunk(tuple(item for item in items if item.group == name)))
        for name in _GROUPS
    )
    return tuple(sorted((group for group in groups if group.items), key=lambda group: group.done))
