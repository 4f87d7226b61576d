"""/points: the balance, what it is worth, what waits and what lapses."""

from typing import Final

from aiogram import F, Router
from aiogram.filters import Command

from bot.telegram.cards import Card, Event
from bot.telegram.dates import day_of, last_day
from bot.telegram.keyboards import Go
from bot.telegram.visit import Visit
from domain.ledger.standing import Standing, standing

router = Router(name="points")
_LAPSES_SHOWN: Final = 3


@router.message(Command("points", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "points"))
async def points(_: Event, visit: Visit) -> Card:
    """Answer with where the member's account stands."""
    visit.members_only()
    say, keys = visit.say, visit.keys
    now = await standing(visit.customer.customer_id, now=visit.now)
    lines = [*_worth(visit, now), *await _waiting(visit, now), *await _lapses(visit, now)]
    return Card(
        title=say.plural("%(count)s point", "%(count)s points", now.balance),
        lines=tuple(lines) or (say.text("Check in every day to collect your first points."),),
        rows=(
            (keys.history(),),
            (keys.check_in(), keys.invite()),
            (keys.menu(),),
        ),
    )


def _worth(visit: Visit, now: Standing) -> list[str]:
    say, program = visit.say, visit.program
    if now.debt:
        return [
            say.plural(
                "The next point you earn pays back %(count)s first: a purchase was returned after "
                "its points had been used.",
                "The next points you earn pay back %(count)s first: a purchase was returned after "
                "its points had been used.",
                now.debt,
            )
        ]
    if now.balance <= 0:
        return []
    money = say.money(program.worth(now.balance), program.currency)
    return [say.text("Worth %(money)s", money=money)]


async def _waiting(visit: Visit, now: Standing) -> list[str]:
    if not now.pending or now.matures_at is None:
        return []
    say = visit.say
    return [
        say.plural(
            "🕐 %(count)s more is waiting; the next joins your balance on %(date)s.",
            "🕐 %(count)s more are waiting; the next join your balance on %(date)s.",
            now.pending,
            date=say.date(await day_of(visit, now.matures_at)),
        )
    ]


async def _lapses(visit: Visit, now: Standing) -> list[str]:
    say = visit.say
    return [
        say.plural(
            "⏳ %(count)s point is valid until %(date)s.",
            "⏳ %(count)s points are valid until %(date)s.",
            lapse.amount,
            date=say.date(await last_day(visit, lapse.expires_at)),
        )
        for lapse in now.expiring[:_LAPSES_SHOWN]
    ]
