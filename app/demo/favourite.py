"""The customer as whom a newcomer looks at the demo: a regular with friends and something to do."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from app.demo.history import DAYS, Calendar, Guest, check_in, spend

NAME = "Nguyễn Ngọc Ánh"
_OWN = {"daily_login", "first_product_view", "first_news_read", "first_product_share"}
# Days on which she stayed away, counted back from today; the last one made her streak begin.
_AWAY = {5, 6, 17, 31, 44, 45, 60, 78, 79, 80}


def befriend(calendar: Calendar, guests: Sequence[Guest]) -> Guest:
    """Choose the one who brought most friends and give her a lively history up to yesterday.

    Today's daily login, the first news read and the first share are left for the newcomer.
    """
    brought = [guest.referrer.id for guest in guests if guest.referrer]
    favourite = max(guests, key=lambda guest: brought.count(guest.id))
    favourite.name, favourite.locale = NAME, "vi"
    favourite.events = [
        event for event in favourite.events if event[1].action not in _OWN and event[1].amount > 0
    ]
    favourite.check_ins.clear()
    dice = Random(7)
    first, last = (favourite.joined_at - calendar.since).days + 1, None
    for day in range(first, DAYS):
        if DAYS - day in _AWAY:
            continue
        at = calendar.instant(day, dice)
        last = check_in(calendar, favourite, at, last)
        if day == first:
            view = "first_product_view"
            calendar.credit(favourite, at + timedelta(minutes=3), view, view)
        if day % 9 == 0:
            spend(favourite, at + timedelta(minutes=9), dice)
    favourite.events.sort(key=lambda event: event[0])
    return favourite
