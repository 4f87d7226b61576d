"""120 days of an invented coffee shop: who came, what they did, and when. Pure, from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from app.demo.people import invent_name
from domain.earning.check_in import bonus_of
from domain.earning.lifetime import expires_at
from domain.earning.rules import Rulebook
from domain.earning.streak import CheckIn, next_check_in
from domain.ids import new_code, new_id
from domain.ledger.posting import Posting

DAYS = 120
# How many of the customers are of each kind, and how likely they are to come on a day.
_HABITS = ((0.24, 0.80), (0.36, 0.42), (0.40, 0.14))
_SPENDS = (("gift_redemption", (150, 200, 300), 0.45), ("lucky_wheel", (20, 20, 50), 0.35),
           ("discount", (50, 100, 120), 0.20))  # fmt: skip
_INVITED_SHARE = 0.42


@dataclass
class Guest:
    """An invented customer, and all that happens on their account in the order it happens."""

    id: UUID
    code: str
    name: str
    locale: str
    joined_at: datetime
    referrer: "Guest | None" = None
    events: list[tuple[datetime, Posting]] = field(default_factory=list)
    check_ins: list[tuple[CheckIn, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Calendar:
    """The instants and dates of the history, and the rules that pay in it."""

    book: Rulebook
    since: datetime
    now: datetime
    zone: str

    def instant(self, day: int, dice: Random) -> datetime:
        """Return some instant of opening hours on that day of the history."""
        first = self.since.astimezone(ZoneInfo(self.zone)).replace(hour=0, minute=0, second=0)
        opened = first + timedelta(days=day, hours=6.5)
        return (opened + timedelta(hours=dice.triangular(0, 16, 2.2))).astimezone(self.since.tzinfo)

    def credit(self, guest: Guest, at: datetime, action: str, key: str, *, bonus: int = 0) -> int:
        """Add what the rule in force gives, and return how many points that was."""
        rule = self.book.rule(action, at)
        if rule is None:
            return 0
        points = self.book.points(rule, at, bonus=bonus)
        posting = Posting(
            action=action,
            amount=points,
            business_key=key,
            actor="customer" if rule.scope != "referee" else "system",
            channel="telegram",
            expires_at=expires_at(rule, at, self.zone),
            reference=key.partition(":")[2] if rule.scope == "referee" else None,
            rule_id=rule.id,
            rule_version=rule.version,
            facts={"action": action},
        )
        guest.events.append((at, posting))
        return points


def imagine(calendar: Calendar, customers: int, dice: Random) -> list[Guest]:
    """Return the customers with their histories, those who invite before those they bring."""
    guests: list[Guest] = []
    for day in _days_of_joining(customers, dice):
        guests.append(_join(calendar, guests, day, dice))
    for guest in guests:
        _live(calendar, guest, dice)
        guest.events.sort(key=lambda event: event[0])
    return guests


def _days_of_joining(customers: int, dice: Random) -> list[int]:
    # More join every week than the week before.
    return sorted(int(DAYS * dice.random() ** 0.7) for _ in range(customers))


def _join(calendar: Calendar, guests: list[Guest], day: int, dice: Random) -> Guest:
    at = calendar.instant(day, dice)
    locale = "vi" if dice.random() < 0.9 else "en"
    guest = Guest(new_id(), new_code(8), invent_name(dice), locale, at)
    earlier = [g for g in guests[: max(len(guests) // 6, 1)] if g.joined_at < at]
    if earlier and dice.random() < _INVITED_SHARE:
        guest.referrer = earlier[int(len(earlier) * dice.random() ** 1.7)]
        calendar.credit(guest.referrer, at, "new_user_referral", f"new_user_referral:{guest.id}")
    calendar.credit(guest, at, "new_account_registration", "new_account_registration")
    if guest.referrer:
        calendar.credit(guest, at, "new_member_reward", "new_member_reward")
        calendar.credit(guest.referrer, at, "referrer_reward", f"referrer_reward:{guest.id}")
    return guest


def _live(calendar: Calendar, guest: Guest, dice: Random) -> None:
    kind = dice.choices(_HABITS, weights=[share for share, _ in _HABITS])[0]
    likely = kind[1]
    # Most lapse some day; the regulars last.
    lasts = DAYS if likely > 0.5 else int(dice.expovariate(1 / (likely * 160))) + 3
    first = (guest.joined_at - calendar.since).days
    firsts = dict(_firsts(dice))
    last: CheckIn | None = None
    for visit, day in enumerate(range(first, min(first + lasts, DAYS + 1))):
        if dice.random() > likely and visit:
            continue
        at = max(calendar.instant(day, dice), guest.joined_at + timedelta(minutes=2))
        if at >= calendar.now - timedelta(minutes=10):  # what follows the visit is past as well
            break
        last = check_in(calendar, guest, at, last)
        if action := firsts.pop(visit, None):
            calendar.credit(guest, at + timedelta(minutes=3), action, action)
        if dice.random() < 0.10:
            spend(guest, at + timedelta(minutes=9), dice)


def _firsts(dice: Random) -> Iterator[tuple[int, str]]:
    """Yield on which visit something is done for the first time, if ever."""
    for action, chance in (
        ("first_product_view", 0.8),
        ("first_news_read", 0.55),
        ("first_product_share", 0.3),
    ):
        if dice.random() < chance:
            yield int(dice.expovariate(0.5)), action


def check_in(calendar: Calendar, guest: Guest, at: datetime, last: CheckIn | None) -> CheckIn:
    """Let the guest check in, unless they did that day, and return the streak they stand at."""
    today = at.astimezone(ZoneInfo(calendar.zone)).date()
    if last and last.business_date >= today:
        return last
    shields = frozenset(c.shielded_on for c, _ in guest.check_ins if c.shielded_on)
    made = next_check_in(last, shields, today, calendar.zone)
    rule = calendar.book.rule("daily_login", at)
    bonus = bonus_of(rule, made.streak_days) if rule else 0
    points = calendar.credit(guest, at, "daily_login", f"daily_login:{today}", bonus=bonus)
    guest.check_ins.append((made, points))
    return made


def spend(guest: Guest, at: datetime, dice: Random) -> None:
    """Let the guest use points for something, if they have enough."""
    action, prices, _ = dice.choices(_SPENDS, weights=[w for *_, w in _SPENDS])[0]
    price = dice.choice(prices)
    if price > sum(p.amount for when, p in guest.events if when <= at):
        return
    posting = Posting(
        action=action,
        amount=-price,
        business_key=f"{action}:{new_id()}",
        actor="customer",
        channel="miniapp",
    )
    guest.events.append((at, posting))
