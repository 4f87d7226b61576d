"""Ways to earn, and the week of check-ins."""

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from domain.earning.actions import Action
from domain.earning.check_in import Week, WeekDay, week
from domain.earning.offers import Offer, offers
from locales import Translator, translator
from miniapp.auth.visits import Visit
from miniapp.pages.parts import (
    Amount,
    CheckIn,
    CheckInDay,
    DayState,
    EarnGroupName,
    EarnItem,
)

CHECK_IN: Final = "daily_login"
_PLACES: Final = {"view": "/products", "share": "/products", "read": "/news"}
_DAYS: Final[dict[str, DayState]] = {
    "done": "done",
    "missed": "missed",
    "shielded": "shielded",
    "today": "today",
    "coming": "next",
}


async def offers_of(visit: Visit) -> dict[str, Offer]:
    """Return what the customer can earn or has earned, by action."""
    found = await offers(visit.program, await visit.customer(), now=visit.now)
    return {offer.action.code: offer for offer in found}


async def ways_to_earn(visit: Visit, known: dict[str, Offer]) -> tuple[EarnItem, ...]:
    """Return the offers that make sense to this customer, in their language."""
    spoken = translator((await visit.customer()).locale)
    zone = await visit.zone()
    return tuple(_item(offer, spoken, zone) for offer in known.values() if _is_open(offer))


async def check_in_of(visit: Visit, known: dict[str, Offer]) -> CheckIn | None:
    """Return the strip of this week; None if the program pays nothing for a daily login."""
    if CHECK_IN not in known:
        return None
    strip = await week(visit.program, visit.customer_id, now=visit.now)
    bonus = Amount(points=strip.bonus_points, on=strip.bonus_on) if strip.bonus_points else None
    return CheckIn(
        days=tuple(_day(day) for day in strip.days),
        today=strip.today,
        streak=strip.streak_days,
        claimed=strip.claimed_today,
        points_today=known[CHECK_IN].points,
        points_tomorrow=strip.tomorrow_points,
        bonus=bonus,
        shield="ready" if strip.shield_left else "used",
        shield_used_on=shielded_on(strip),
    )


def shielded_on(strip: Week | CheckIn) -> date | None:
    """Return the day of this week that the shield covered, if there is one."""
    return next((day.on for day in strip.days if day.state == "shielded"), None)


def _day(day: WeekDay) -> CheckInDay:
    return CheckInDay(on=day.on, state=_DAYS[day.state], points=day.points, bonus=day.bonus)


def _item(offer: Offer, spoken: Translator, zone: ZoneInfo) -> EarnItem:
    action = offer.action
    return EarnItem(
        action=action.code,
        title=spoken.text(action.label),
        detail=spoken.text(action.hint),
        icon=action.icon,
        points=offer.points,
        group=_group(action),
        state=offer.state,
        href=_place(action),
        until=offer.until.astimezone(zone) if offer.until else None,
    )


def _is_open(offer: Offer) -> bool:
    """Whether it can be earned by doing something, or was earned."""
    return offer.action.claimable or offer.action.paid_to == "referrer" or offer.claimed > 0


def _group(action: Action) -> EarnGroupName:
    if action.paid_to == "referrer":
        return "friends"
    return "today" if action.scope == "business_date" else "once"


def _place(action: Action) -> str | None:
    """Return the page where it is earned, relative to the app."""
    if action.paid_to == "referrer":
        return "/invite"
    if action.code == CHECK_IN:
        return ""
    return _PLACES.get(action.evidence or "")
