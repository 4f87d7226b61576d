"""What each screen of the mini app shows, one class a screen, as handlers fill it."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import ClassVar, Literal

from miniapp.pages.parts import (
    Cap,
    CategoryChip,
    CheckIn,
    Dwell,
    EarnGroup,
    EarnItem,
    Friend,
    Hero,
    HistoryEntry,
    HistoryMonth,
    Keeping,
    LinkedEntry,
    LotLine,
    NewsCard,
    Notice,
    ProductCard,
    Share,
    Switch,
    grouped,
    sunk,
)

Tab = Literal["home", "earn", "invite", "history", "profile"]
InviteState = Literal["none", "valid", "invalid"]
HistoryFilter = Literal["all", "earned", "used", "refunded", "expired"]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A page inside the tabs; `excluded` customers see everything and can do nothing."""

    template: ClassVar[str]
    tab: ClassVar[Tab | None] = None

    balance: int
    excluded: bool = False


@dataclass(frozen=True, kw_only=True)
class WelcomeScreen:
    """M2: what one gets, who invited, and the terms to accept."""

    template: ClassVar[str] = "welcome.html"
    tab: ClassVar[Tab | None] = None

    terms_version: str
    # Everything a new member receives on registering, a friend's gift included.
    gift: int
    invite: InviteState = "none"
    inviter: str | None = None
    declined: bool = False
    # Somebody who was a member before and left.
    is_back: bool = False
    # The merchant's own terms; none: ours.
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HomeScreen:
    """M3: the balance, today's check-in, a story and what else can be earned."""

    template: ClassVar[str] = "home.html"
    tab: ClassVar[Tab | None] = "home"

    hero: Hero
    check_in: CheckIn | None
    earn: tuple[EarnItem, ...]
    story: NewsCard | None = None
    notice: Notice | None = None
    first_steps: bool = False
    excluded: bool = False
    # Points that were just received by opening this screen; announced once.
    gained: int = 0

    @property
    def balance(self) -> int:
        """The balance that the hero shows."""
        return self.hero.balance

    @property
    def more(self) -> tuple[EarnItem, ...]:
        """The few best ways to earn besides the check-in above them."""
        others = tuple(item for item in self.earn if item.action != "daily_login")
        return sunk(others)[:4]


@dataclass(frozen=True, kw_only=True)
class EarnScreen(Screen):
    """M4: every way to earn, grouped by rhythm."""

    template: ClassVar[str] = "earn.html"
    tab: ClassVar[Tab | None] = "earn"

    items: tuple[EarnItem, ...]
    cap: Cap | None = None

    @property
    def groups(self) -> tuple[EarnGroup, ...]:
        """The items by group, what is done sunk to the end of both."""
        return grouped(self.items)

    @property
    def left_today(self) -> int:
        """How many points the open items would give now."""
        return sum(item.points for item in self.items if item.state == "available")

    @property
    def all_done(self) -> bool:
        """Whether today's list is finished."""
        return bool(self.items) and all(item.state != "available" for item in self.items)


@dataclass(frozen=True, kw_only=True)
class NewsScreen(Screen):
    """M5: the articles, newest first."""

    template: ClassVar[str] = "news.html"
    tab: ClassVar[Tab | None] = "earn"

    articles: tuple[NewsCard, ...]


@dataclass(frozen=True, kw_only=True)
class ArticleScreen(Screen):
    """M5: one article; paragraphs are plain text."""

    template: ClassVar[str] = "article.html"
    tab: ClassVar[Tab | None] = "earn"

    article: NewsCard
    paragraphs: tuple[str, ...]
    dwell: Dwell | None = None
    # Where a feed's article was first told.
    source_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProductsScreen(Screen):
    """M6: the products."""

    template: ClassVar[str] = "products.html"
    tab: ClassVar[Tab | None] = "earn"

    products: tuple[ProductCard, ...]
    # None where there is nothing to choose from.
    categories: tuple[CategoryChip, ...] = ()
    chosen: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProductScreen(Screen):
    """M6: one product, with points for the first look and the first share."""

    template: ClassVar[str] = "product.html"
    tab: ClassVar[Tab | None] = "earn"

    product: ProductCard
    paragraphs: tuple[str, ...]
    dwell: Dwell | None = None
    share: Share | None = None


@dataclass(frozen=True, kw_only=True)
class GoneScreen(Screen):
    """What an address shows whose article or product is no longer there."""

    template: ClassVar[str] = "gone.html"
    tab: ClassVar[Tab | None] = "earn"

    kind: Literal["article", "product", "entry"]


@dataclass(frozen=True, kw_only=True)
class InviteScreen(Screen):
    """M8: the customer's link in every form, and what became of each friend."""

    template: ClassVar[str] = "invite.html"
    tab: ClassVar[Tab | None] = "invite"

    link: str
    referrer_points: int
    friend_points: int
    completed: int
    waiting: int
    earned: int
    friends: tuple[Friend, ...]
    daily_cap: Cap | None = None
    weekly_cap: Cap | None = None
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class HistoryScreen(Screen):
    """M14: the movements as a bank statement."""

    template: ClassVar[str] = "history.html"
    tab: ClassVar[Tab | None] = "history"

    chosen: HistoryFilter
    entries: tuple[HistoryEntry, ...]
    next_cursor: str | None
    # The month whose heading the reader already sees above a continuation.
    begun: date | None = None

    @property
    def months(self) -> tuple[HistoryMonth, ...]:
        """The entries under the month of each."""
        by_month = groupby(self.entries, key=lambda entry: entry.at.date().replace(day=1))
        return tuple(
            HistoryMonth(first_day=first, entries=tuple(entries)) for first, entries in by_month
        )


@dataclass(frozen=True, kw_only=True)
class ActionScreen:
    """The answer to a claim: the part that acted, and the whole hero beside it."""

    template: ClassVar[str] = "action.html"
    tab: ClassVar[Tab | None] = None

    action: str
    points: int
    hero: Hero
    check_in: CheckIn | None = None

    @property
    def balance(self) -> int:
        """The balance that the hero shows."""
        return self.hero.balance


@dataclass(frozen=True, kw_only=True)
class EntryScreen(Screen):
    """M15: one movement, why it happened, and every other that it has to do with."""

    template: ClassVar[str] = "entry.html"
    tab: ClassVar[Tab | None] = "history"

    entry: HistoryEntry
    # Whole sentences: the rule, what it was applied to, the shop's reason.
    why: tuple[str, ...] = ()
    lots: tuple[LotLine, ...] = ()
    taken: tuple[LinkedEntry, ...] = ()
    corrects: LinkedEntry | None = None
    corrected_by: tuple[LinkedEntry, ...] = ()
    # Where a question about it is asked; None while the program has no bot.
    ask: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProfileScreen(Screen):
    """M18: who the customer is to us, and what they want to hear of."""

    template: ClassVar[str] = "profile.html"
    tab: ClassVar[Tab | None] = "profile"

    name: str
    # None: the terms are not accepted yet.
    member_since: date | None
    birthday: date | None
    # The first and the last day on which somebody may have been born.
    birthdays: tuple[date, date]
    spoken: str
    switches: tuple[Switch, ...]
    quiet: tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class LeaveScreen(Screen):
    """M18: what leaving takes away, and the word that says it is meant."""

    template: ClassVar[str] = "leave.html"
    tab: ClassVar[Tab | None] = "profile"

    pending: int
    word: str


@dataclass(frozen=True, kw_only=True)
class FarewellScreen:
    """M18: the customer has left, and may come back."""

    template: ClassVar[str] = "farewell.html"
    tab: ClassVar[Tab | None] = None

    name: str
    # Points that left with them.
    gone: int


@dataclass(frozen=True, kw_only=True)
class HelpScreen(Screen):
    """M20: how points work, as the rules in force say it."""

    template: ClassVar[str] = "help.html"
    tab: ClassVar[Tab | None] = "profile"

    items: tuple[EarnItem, ...]
    # Questions and their answers, in the customer's language.
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class TermsScreen(Screen):
    """M20: the terms in force, and which ones the customer accepted when."""

    template: ClassVar[str] = "agreement.html"
    tab: ClassVar[Tab | None] = "profile"

    terms_version: str
    terms: tuple[str, ...] = ()
    accepted_version: str | None = None
    accepted_on: date | None = None

    @property
    def is_newer(self) -> bool:
        """Whether the terms changed after the customer accepted them."""
        return self.accepted_version not in (None, self.terms_version)


@dataclass(frozen=True, kw_only=True)
class PrivacyScreen(Screen):
    """M20: what we keep, what for, and for how long."""

    template: ClassVar[str] = "privacy.html"
    tab: ClassVar[Tab | None] = "profile"

    keepings: tuple[Keeping, ...]


@dataclass(frozen=True, kw_only=True)
class CodeScreen:
    """M1: a browser outside the chat waits for its person's word there."""

    template: ClassVar[str] = "code.html"
    tab: ClassVar[Tab | None] = None

    number: str
    link: str
    minutes: int


AnyScreen = Screen | WelcomeScreen | HomeScreen | ActionScreen | FarewellScreen | CodeScreen
