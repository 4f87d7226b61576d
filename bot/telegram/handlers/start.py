"""/start and the menu: a welcome before the terms are accepted, the own standing afterwards."""

from typing import Final

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import InlineKeyboardButton

from bot.telegram.cards import Card, Event, shown
from bot.telegram.dates import last_day
from bot.telegram.keyboards import Go
from bot.telegram.visit import Visit
from domain.earning.check_in import Week, week
from domain.earning.offers import offers
from domain.ledger.standing import Standing, standing
from domain.referrals.inviter import inviter_name

router = Router(name="start")
# What a new member receives for joining; the second only if somebody invited them.
_WELCOME_GIFTS: Final = ("new_account_registration", "new_member_reward")


@router.message(Command("start", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "menu"))
async def start(_: Event, visit: Visit) -> Card:
    """Answer with the one card that fits whoever opens the chat."""
    return await menu(visit)


async def menu(visit: Visit, *notes: str) -> Card:
    """Return the welcome or the home card, beginning with what else is to be said."""
    return await (home if visit.is_member else welcome)(visit, *notes)


async def welcome(visit: Visit, *notes: str) -> Card:
    """Return what somebody who has not joined reads: who invited them and what joining gives."""
    say, keys, program = visit.say, visit.keys, visit.program
    name = shown(visit.customer.name)
    inviter = await inviter_name(visit.customer.customer_id)
    return Card(
        title=say.text("Hello %(name)s, welcome to %(program)s!", name=name, program=program.name),
        lines=(
            *notes,
            *_invitation(visit, inviter),
            *await _gift(visit, inviter),
            say.text("🌱 Check in every day, invite friends, and watch your points grow."),
            "",
            say.text("By joining you accept the terms of membership."),
        ),
        rows=(
            (keys.accept(program.terms_version),),
            (_door(visit), keys.terms()),
            (keys.language(), keys.help()),
        ),
    )


async def home(visit: Visit, *notes: str) -> Card:
    """Return what a member reads: the balance, today's check-in, what lapses next."""
    customer, keys = visit.customer, visit.keys
    now = await standing(customer.customer_id, now=visit.now)
    strip = await week(visit.program, customer.customer_id, now=visit.now)
    today = points_today(strip)
    daily = () if strip.claimed_today or not today else (keys.check_in(today),)
    return Card(
        title=visit.say.text("Hello %(name)s!", name=shown(customer.name)),
        lines=(
            *notes,
            *_link_note(visit),
            _balance(visit, now),
            *_today(visit, strip),
            *await _lapse(visit, now),
        ),
        rows=(
            (_door(visit),),
            (*daily, keys.invite()),
            (keys.points(), keys.language(), keys.help()),
        ),
    )


def _door(visit: Visit) -> InlineKeyboardButton:
    """Return the button into the app: to the screen that a deep link names, else to the first."""
    return visit.keys.screen(visit.screen) if visit.screen else visit.keys.app()


def points_today(strip: Week) -> int:
    """Return what checking in today gives, or gave."""
    return next((day.points for day in strip.days if day.on == strip.today), 0)


def _invitation(visit: Visit, inviter: str | None) -> list[str]:
    if inviter:
        return [visit.say.text("💌 %(name)s invites you.", name=shown(inviter))]
    if visit.arrival.link_problem == "unknown_link":
        return [
            visit.say.text("The invite link no longer works. You are welcome all the same."),
        ]
    return []


async def _gift(visit: Visit, inviter: str | None) -> list[str]:
    gifts = _WELCOME_GIFTS if inviter else _WELCOME_GIFTS[:1]
    found = await offers(visit.program, visit.customer, now=visit.now)
    points = sum(offer.points for offer in found if offer.action.code in gifts)
    if not points:
        return []
    return [
        visit.say.plural(
            "🎁 Join now and %(count)s point is yours.",
            "🎁 Join now and %(count)s points are yours.",
            points,
        )
    ]


def _link_note(visit: Visit) -> list[str]:
    """Say why an invite link did nothing for someone who is here already."""
    match visit.arrival.link_problem:
        case "own_link":
            return [visit.say.text("This is your own invite link. Send it to a friend.")]
        case "already_member":
            return [visit.say.text("You are a member already, so the invite changes nothing.")]
    return []


def _balance(visit: Visit, now: Standing) -> str:
    say, program = visit.say, visit.program
    if now.balance <= 0:
        return say.plural(
            "💰 You have %(count)s point.", "💰 You have %(count)s points.", now.balance
        )
    return say.plural(
        "💰 You have %(count)s point, worth %(money)s.",
        "💰 You have %(count)s points, worth %(money)s.",
        now.balance,
        money=say.money(program.worth(now.balance), program.currency),
    )


def _today(visit: Visit, strip: Week) -> list[str]:
    say = visit.say
    if strip.claimed_today:
        days = say.number(strip.streak_days)
        return [say.text("✅ Checked in today: day %(count)s of your streak.", count=days)]
    if points := points_today(strip):
        return [say.text("☀️ Today's check-in is waiting: %(points)s", points=say.signed(points))]
    return []


async def _lapse(visit: Visit, now: Standing) -> list[str]:
    return [
        visit.say.plural(
            "⏳ %(count)s point is valid until %(date)s.",
            "⏳ %(count)s points are valid until %(date)s.",
            lapse.amount,
            date=visit.say.date(await last_day(visit, lapse.expires_at)),
        )
        for lapse in now.expiring[:1]
    ]
