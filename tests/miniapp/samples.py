"""Every screen of the mini app in every state, filled with a believable coffee shop."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from miniapp.pages.parts import (
    Amount,
    Brand,
    Cap,
    CategoryChip,
    CheckIn,
    CheckInDay,
    Cover,
    DayState,
    Dwell,
    Friend,
    Hero,
    HistoryEntry,
    LinkedEntry,
    LotLine,
    NewsCard,
    Notice,
    ProductCard,
    ProgramFace,
    Share,
    Switch,
)
from miniapp.pages.screens import (
    ActionScreen,
    AnyScreen,
    ArticleScreen,
    CodeScreen,
    EarnScreen,
    EntryScreen,
    FarewellScreen,
    GoneScreen,
    HelpScreen,
    HistoryFilter,
    HistoryScreen,
    HomeScreen,
    InviteScreen,
    LeaveScreen,
    NewsScreen,
    PrivacyScreen,
    ProductScreen,
    ProductsScreen,
    ProfileScreen,
    TermsScreen,
    WelcomeScreen,
)
from tests.miniapp.wording import Tongue

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 7, 10)  # a Friday
TOMORROW = datetime(2026, 7, 11, tzinfo=ZONE)
LINK = "https://t.me/moc_rewards_bot?start=r_7Qk2x9Ab"

HERO = Hero(
    name="Ngọc Ánh",
    balance=12_480,
    worth=124_800,
    expiring=Amount(points=320, on=date(2026, 8, 31)),
    pending=None,
)
# Markup, a right-to-left switch and a tower of marks: a name that wants to be more than text.
HOSTILE = "<b>Zalgo</b> \u202eevil " + "a" + "\u0301" * 256 + " {{7*7}}"


def face(slug: str) -> ProgramFace:
    return ProgramFace(
        slug=slug,
        name="Mộc",
        currency="VND",
        brand=Brand(),
        bot_username="moc_rewards_bot",
        has_login=True,
    )


def samples(locale: str) -> dict[str, AnyScreen]:
    """Return all samples by name, speaking a language."""
    say = Tongue(locale)
    return {
        **_welcomes(),
        **_homes(say),
        **_earns(say),
        **_reading(say),
        **_shelves(say),
        **_invites(say),
        **_histories(say),
        **_entries(say),
        **_profiles(say),
        **_papers(say),
        "code": CodeScreen(
            number="47", link="https://t.me/moc_rewards_bot?start=login_7Qk2x9Ab", minutes=10
        ),
    }


def action(code: str) -> ActionScreen:
    """What a claim answers."""
    hero = replace(HERO, balance=12_495, worth=124_950)
    check_in = week(claimed=True) if code == "daily_login" else None
    return ActionScreen(action=code, points=15, hero=hero, check_in=check_in)


def week(*, claimed: bool = False, past: str = "dddd", shield: str = "ready") -> CheckIn:
    """A check-in strip around a Friday; `past` has a letter for each day before it."""
    states: dict[str, DayState] = {"d": "done", "s": "shielded", "m": "missed"}
    before: list[DayState] = [states[letter] for letter in past]
    days: list[DayState] = [*before, "done" if claimed else "today", "next", "next"]
    monday = TODAY - timedelta(days=TODAY.weekday())
    points = (5, 5, 10, 10, 15, 20, 70)
    shields: dict[str, Literal["ready", "used", "none"]] = {
        "ready": "ready",
        "used": "used",
        "none": "none",
    }
    return CheckIn(
        days=tuple(
            CheckInDay(on=monday + timedelta(days=n), state=state, points=points[n], bonus=n == 6)
            for n, state in enumerate(days)
        ),
        today=TODAY,
        streak=(past + "d" * claimed)[past.rfind("m") + 1 :].count("d"),
        claimed=claimed,
        points_today=15,
        points_tomorrow=20,
        bonus=Amount(points=50, on=date(2026, 7, 12)),
        shield=shields[shield],
        shield_used_on=date(2026, 7, 8) if shield == "used" else None,
    )


def _welcomes() -> dict[str, AnyScreen]:
    plain = WelcomeScreen(terms_version="2026-07", gift=50)
    return {
        "welcome": plain,
        "welcome-invited": replace(plain, gift=150, invite="valid", inviter="Trần Quốc Bảo"),
        "welcome-hostile": replace(plain, gift=150, invite="valid", inviter=HOSTILE),
        "welcome-invalid-link": replace(plain, invite="invalid"),
        "welcome-back": replace(plain, gift=0, is_back=True),
        "welcome-declined": replace(plain, declined=True),
    }


def _homes(say: Tongue) -> dict[str, AnyScreen]:
    home = HomeScreen(hero=HERO, check_in=week(), earn=say.ways(), story=_news(say)[0])
    new = replace(HERO, balance=0, worth=None, expiring=None)
    owing = replace(new, balance=-120, debt=120)
    pending = Amount(points=150, on=date(2026, 7, 24))
    return {
        "home": home,
        "home-claimed": replace(
            home, hero=replace(HERO, balance=12_495), check_in=week(claimed=True)
        ),
        "home-new": replace(
            home, hero=new, check_in=week(past="mmmm"), first_steps=True, story=None, gained=50
        ),
        "home-pending": replace(
            home, hero=replace(HERO, pending=pending), check_in=week(past="ddsd", shield="used")
        ),
        "home-streak-broken": replace(
            home,
            hero=replace(HERO, pending=Amount(points=90, on=None)),
            check_in=week(past="ddmd", shield="none"),
        ),
        "home-owing": replace(home, hero=owing),
        "home-excluded": replace(home, excluded=True, check_in=None, earn=()),
        "home-hostile": replace(
            home, hero=replace(HERO, name=HOSTILE, balance=1_234_567_890), story=None
        ),
        "home-own-invite": replace(home, notice=Notice(kind="own_invite")),
        "home-member-invited": replace(home, notice=Notice(kind="already_member")),
        "home-invite-invalid": replace(home, notice=Notice(kind="invite_invalid")),
        "home-shielded": replace(home, notice=Notice(kind="shield_used", on=date(2026, 7, 8))),
    }


def _earns(say: Tongue) -> dict[str, AnyScreen]:
    screen = EarnScreen(balance=12_480, items=say.ways())
    spent = Cap(used=500, limit=500, until=TOMORROW)
    return {
        "earn": screen,
        "earn-all-done": replace(screen, items=say.ways("done")),
        "earn-locked": replace(screen, items=say.ways("locked", TOMORROW), cap=spent),
        "earn-excluded": replace(screen, excluded=True),
    }


def _reading(say: Tongue) -> dict[str, AnyScreen]:
    news = _news(say)
    dwell = Dwell(action="first_news_read", points=20, seconds=20, evidence="e1.abc")
    article = ArticleScreen(balance=12_480, article=news[0], paragraphs=say.article(), dwell=dwell)
    return {
        "news": NewsScreen(balance=12_480, articles=news),
        "news-empty": NewsScreen(balance=0, articles=()),
        "article": article,
        "article-earned": replace(article, dwell=replace(dwell, earned=True)),
        "article-plain": replace(article, dwell=None),
        "article-gone": GoneScreen(balance=12_480, kind="article"),
    }


def _shelves(say: Tongue) -> dict[str, AnyScreen]:
    shelf = tuple(
        ProductCard(
            id=str(n),
            name=name,
            price=price,
            cover=Cover(seed=f"product-{n}", icon=icon),
            reward=10 if n != 2 else 0,
            earned=n == 2,
        )
        for n, (name, price, icon) in enumerate(say.products())
    )
    dwell = Dwell(action="first_product_view", points=10, seconds=5, evidence="e2.abc")
    product = ProductScreen(
        balance=12_480,
        product=shelf[0],
        paragraphs=say.product(),
        dwell=dwell,
        share=Share(points=10, earned=False),
    )
    return {
        "products": ProductsScreen(balance=12_480, products=shelf),
        "products-chosen": ProductsScreen(
            balance=12_480,
            products=shelf[:2],
            categories=tuple(
                CategoryChip(id=str(n), name=name) for n, name in enumerate(say.categories())
            ),
            chosen="1",
        ),
        "products-empty": ProductsScreen(balance=12_480, products=()),
        "product": product,
        "product-earned": replace(
            product, dwell=replace(dwell, earned=True), share=Share(points=10, earned=True)
        ),
        "product-gone": GoneScreen(balance=12_480, kind="product"),
    }


def _invites(say: Tongue) -> dict[str, AnyScreen]:
    screen = InviteScreen(
        balance=12_480,
        link=LINK,
        referrer_points=200,
        friend_points=100,
        completed=7,
        waiting=2,
        earned=1_400,
        friends=say.friends(),
        daily_cap=Cap(used=1, limit=5, until=TOMORROW),
        weekly_cap=Cap(used=3, limit=20, until=TOMORROW + timedelta(days=2)),
    )
    full = Cap(used=5, limit=5, until=TOMORROW)
    hostile = Friend(name=HOSTILE, status="joined", on=TODAY)
    return {
        "invite": screen,
        "invite-empty": replace(screen, friends=(), completed=0, waiting=0, earned=0),
        "invite-cap": replace(screen, daily_cap=full),
        "invite-paused": replace(screen, paused=True),
        "invite-hostile": replace(screen, friends=(hostile,)),
    }


def _histories(say: Tongue) -> dict[str, AnyScreen]:
    chosen: HistoryFilter = "expired"
    screen = HistoryScreen(
        balance=12_480, chosen="all", entries=say.entries(ZONE), next_cursor="c2"
    )
    return {
        "history": screen,
        "history-end": replace(screen, next_cursor=None),
        "history-empty": replace(screen, entries=(), next_cursor=None, balance=0),
        "history-filter-empty": replace(screen, entries=(), next_cursor=None, chosen=chosen),
    }


def _entries(say: Tongue) -> dict[str, AnyScreen]:
    earned, spent, back = say.explained(ZONE)
    screen = EntryScreen(
        balance=12_480,
        entry=earned,
        why=say.why(),
        lots=(LotLine(points=15, left=15, until=date(2027, 7, 10)),),
        ask="https://t.me/moc_rewards_bot?start=ask_e1",
    )
    taken = (
        _linked(earned, 320, date(2026, 8, 31)),
        _linked(replace(earned, id="e9"), 180, None),
    )
    return {
        "entry": screen,
        "entry-old": replace(
            screen,
            lots=(
                LotLine(points=10, left=4, until=date(2026, 7, 31)),
                LotLine(points=5, left=0, until=None),
            ),
            corrected_by=(_linked(back, -5, None),),
        ),
        "entry-spent": replace(
            screen,
            entry=spent,
            why=(),
            lots=(),
            taken=taken,
            corrected_by=(_linked(back, 500, None),),
        ),
        "entry-returned": replace(
            screen,
            entry=back,
            why=say.why()[:1],
            lots=(),
            taken=(_linked(earned, -320, date(2026, 8, 31)),),
            corrects=_linked(spent, -500, None),
            ask=None,
        ),
        "entry-gone": GoneScreen(balance=12_480, kind="entry"),
    }


def _linked(entry: HistoryEntry, points: int, until: date | None) -> LinkedEntry:
    return LinkedEntry(
        id=entry.id, title=entry.title, on=entry.at.date(), points=points, until=until
    )


def _profiles(say: Tongue) -> dict[str, AnyScreen]:
    quiet = datetime(2026, 7, 10, 21, tzinfo=ZONE), datetime(2026, 7, 11, 8, tzinfo=ZONE)
    screen = ProfileScreen(
        balance=12_480,
        name="Ngọc Ánh",
        member_since=date(2026, 1, 4),
        birthday=None,
        birthdays=(date(1906, 7, 10), date(2021, 7, 10)),
        spoken=say.locale,
        switches=tuple(
            Switch(code=f"kind_{n}", label=label, on=n != 2)
            for n, label in enumerate(say.notices())
        ),
        quiet=quiet,
    )
    leave = LeaveScreen(balance=12_480, pending=90, word=say.leaving())
    return {
        "profile": screen,
        "profile-locked": replace(screen, birthday=date(1994, 4, 12)),
        "profile-visitor": replace(screen, balance=0, member_since=None),
        "profile-excluded": replace(screen, excluded=True),
        "profile-hostile": replace(screen, name=HOSTILE),
        "leave": leave,
        "leave-empty": replace(leave, balance=0, pending=0),
        "farewell": FarewellScreen(name="Ngọc Ánh", gone=12_480),
        "farewell-hostile": FarewellScreen(name=HOSTILE, gone=0),
    }


def _papers(say: Tongue) -> dict[str, AnyScreen]:
    terms = TermsScreen(
        balance=12_480,
        terms_version="3",
        terms=say.article(),
        accepted_version="3",
        accepted_on=date(2026, 1, 4),
    )
    return {
        "help": HelpScreen(balance=12_480, items=say.ways(), answers=say.answers()),
        "terms": terms,
        "terms-changed": replace(terms, accepted_version="2"),
        "terms-ours": replace(terms, terms=(), accepted_version=None, accepted_on=None),
        "privacy": PrivacyScreen(balance=12_480, keepings=say.keepings()),
    }


def _news(say: Tongue) -> tuple[NewsCard, ...]:
    return tuple(
        NewsCard(
            id=str(n),
            title=title,
            summary=summary,
            published_on=TODAY - timedelta(days=2 + 5 * n),
            minutes=2 + n,
            cover=Cover(seed=f"news-{n}", icon=icon),
            reward=20 if n == 0 else 0,
            earned=n == 2,
        )
        for n, (title, summary, icon) in enumerate(say.news())
    )
