"""/checkin: today's points, claimed by a command or a button."""

from typing import Final

from aiogram import F, Router
from aiogram.filters import Command

from bot.telegram.cards import Card, Event
from bot.telegram.handlers.start import menu
from bot.telegram.keyboards import Go
from bot.telegram.visit import Visit
from domain.earning.check_in import DayState, Week, WeekDay, week
from domain.earning.claims import claim
from domain.ledger.requests import Verdict

router = Router(name="check_in")
_ACTION: Final = "daily_login"
_MARKS: Final[dict[DayState, str]] = {
    "done": "✅",
    "shielded": "🛡",
    "missed": "▫️",
    "today": "🔸",
    "coming": "⚪️",
}


@router.message(Command("checkin", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "check_in"))
async def check_in(_: Event, visit: Visit) -> Card:
    """Claim today's points; a second time today shows the same day again."""
    verdict = await claim(
        visit.program,
        visit.customer.customer_id,
        _ACTION,
        evidence=None,
        channel=visit.channel,
        now=visit.now,
        request=visit.request("claim", {"action": _ACTION}),
    )
    strip = await week(visit.program, visit.customer.customer_id, now=visit.now)
    if not verdict.is_refusal:
        return _claimed(visit, verdict, strip)
    if verdict.facts["code"] == "already_earned":
        return _again(visit, strip)
    return await menu(visit, visit.say.text("Checking in takes a break at the moment."))


def _claimed(visit: Visit, verdict: Verdict, strip: Week) -> Card:
    say, facts = visit.say, verdict.facts
    gain = say.signed(int(facts["points"]))
    title = say.text("%(points)s points for today!", points=gain)
    lines = [_week_line(strip), _streak(visit, strip)]
    if bonus := int(facts.get("bonus", 0)):
        lines.append(
            say.text("🎉 A full week: %(points)s of it are your bonus.", points=say.signed(bonus))
        )
    if facts["outcome"] == "pending":
        lines.append(say.text("They join your balance when the waiting period is over."))
    else:
        balance = say.number(int(facts["balance"]))
        lines.append(say.text("💰 Your balance: %(points)s", points=balance))
    return _card(visit, title, (*lines, *_tomorrow(visit, strip)), toast=title)


def _again(visit: Visit, strip: Week) -> Card:
    title = visit.say.text("You have checked in today already")
    lines = (_week_line(strip), _streak(visit, strip), *_tomorrow(visit, strip))
    return _card(visit, title, lines, toast=title)


def _card(visit: Visit, title: str, lines: tuple[str, ...], toast: str) -> Card:
    keys = visit.keys
    rows = ((keys.app(),), (keys.invite(), keys.points()), (keys.menu(),))
    return Card(title=title, lines=lines, rows=rows, toast=toast)


def _week_line(strip: Week) -> str:
    """Draw the week from Monday to Sunday; the day of the bonus carries a present."""
    return " ".join(_mark(day) for day in strip.days)


def _mark(day: WeekDay) -> str:
    return "🎁" if day.bonus and day.state in ("today", "coming") else _MARKS[day.state]


def _streak(visit: Visit, strip: Week) -> str:
    return visit.say.plural(
        "🔥 %(count)s day in a row",
        "🔥 %(count)s days in a row",
        strip.streak_days,
    )


def _tomorrow(visit: Visit, strip: Week) -> list[str]:
    coming = next((day for day in strip.days if day.state == "coming"), None)
    if coming is None or not coming.points:
        return []
    points = visit.say.signed(coming.points)
    return [visit.say.text("See you tomorrow for %(points)s.", points=points)]
