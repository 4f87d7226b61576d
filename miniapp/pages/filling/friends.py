"""The invite screen: links, friends, and how much of the caps is used."""

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.earning.cap_use import used
from domain.earning.caps import day_window, week_window
from domain.earning.check_in import week
from domain.earning.lifetime import start_of
from domain.referrals.invitations import Invited, invitations
from locales import Translator, translator
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import balance_of
from miniapp.pages.filling.earning import offers_of
from miniapp.pages.parts import Cap, Friend, FriendStatus
from miniapp.pages.screens import InviteScreen
from miniapp.shares import link_into_app

_REWARD: Final = "referrer_reward"
_REASONS: Final = {
    "daily_cap": "above the limit of that day",
    "weekly_cap": "above the limit of that week",
    "not_registered": "you had not joined yet",
}
_STATUSES: Final[dict[str, FriendStatus]] = {
    "pending": "joined",
    "complete": "completed",
    "cancelled": "cancelled",
}


async def invite_screen(visit: Visit) -> InviteScreen:
    """Return everything about the customer's invites."""
    spoken = translator((await visit.customer()).locale)
    found = await invitations(visit.customer_id)
    known = await offers_of(visit)
    points = {action: offer.points for action, offer in known.items()}
    daily, weekly = await _caps(visit)
    zone = await visit.zone()
    return InviteScreen(
        balance=await balance_of(visit),
        link=link_into_app(visit.request, visit.program, f"r_{found.code}"),
        referrer_points=points.get(_REWARD, 0) + points.get("new_user_referral", 0),
        friend_points=points.get("new_member_reward", 0),
        completed=found.completed,
        waiting=found.pending,
        earned=sum(friend.points for friend in found.items),
        friends=tuple(_friend(friend, spoken, zone) for friend in found.items),
        daily_cap=daily,
        weekly_cap=weekly,
        paused=_REWARD not in points,
    )


def _friend(friend: Invited, spoken: Translator, zone: ZoneInfo) -> Friend:
    status = _STATUSES[friend.status]
    # A friend who joined above a cap counts for nobody: the reason says why.
    if friend.status == "complete" and friend.reason in _REASONS:
        status = "blocked"
    reason = _REASONS.get(friend.reason or "", friend.reason)
    if friend.status == "pending":
        reason = "has not accepted the terms"
    return Friend(
        name=friend.name,
        status=status,
        on=friend.at.astimezone(zone).date(),
        points=friend.points,
        reason=spoken.text(reason) if reason else None,
    )


async def _caps(visit: Visit) -> tuple[Cap, Cap]:
    today = (await week(visit.program, visit.customer_id, now=visit.now)).today
    windows = (day_window(today), week_window(today))
    daily, weekly = await used(visit.customer_id, _REWARD, windows)
    monday = today + timedelta(days=7 - today.weekday())
    zone = await visit.zone()
    return (
        _cap(daily, visit.program.referral_daily_cap, today + timedelta(days=1), zone),
        _cap(weekly, visit.program.referral_weekly_cap, monday, zone),
    )


def _cap(count: int, limit: int, opens_on: date, zone: ZoneInfo) -> Cap:
    until = start_of(opens_on, zone.key).astimezone(zone)
    return Cap(used=min(count, limit), limit=limit, until=until)
