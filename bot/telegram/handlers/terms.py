"""The terms: read in the chat, and accepted by a button."""

from aiogram import F, Router

from bot.telegram.cards import Card, Event, shown
from bot.telegram.handlers.start import menu, points_today
from bot.telegram.keyboards import Accept, Go
from bot.telegram.visit import Visit
from domain.earning.check_in import week
from domain.earning.registration import register
from domain.ledger.requests import Verdict

router = Router(name="terms")


@router.callback_query(Go.filter(F.to == "terms"))
async def terms(_: Event, visit: Visit) -> Card:
    """Show what joining means."""
    say, keys, program = visit.say, visit.keys, visit.program
    lines = (
        say.text("Points are a thank-you, not money: they cannot be sold, paid out or given away."),
        say.text(
            "Each point has a date until which it is valid. You see it well before, and the "
            "points that lapse soonest are used first."
        ),
        say.text(
            "If a purchase is returned, the points it gave are taken back; points you paid with "
            "come back to you."
        ),
        say.text(
            "Invites count for people who are new here. Invites to yourself or through false "
            "accounts do not count."
        ),
        say.text(
            "We keep your chat name and number, and what you earn and use. Nobody else receives "
            "them, and you can ask the shop to erase them."
        ),
    )
    return Card(
        title=say.text("Terms of membership"),
        lines=tuple(f"• {line}" for line in lines),
        rows=(
            () if visit.is_member else (keys.accept(program.terms_version),),
            (keys.menu(),),
        ),
    )


@router.callback_query(Accept.filter())
async def accept(_: Event, visit: Visit, callback_data: Accept) -> Card:
    """Join: accept the terms that were shown, and receive what a new member receives."""
    verdict = await register(
        visit.program,
        visit.customer.customer_id,
        terms_version=callback_data.version,
        channel=visit.channel,
        now=visit.now,
        request=visit.request("registration", {"terms_version": callback_data.version}),
    )
    await visit.customer.refresh_from_db()
    if verdict.is_refusal:
        return await menu(visit, visit.say.text("You have joined already."))
    return await _joined(visit, verdict)


async def _joined(visit: Visit, verdict: Verdict) -> Card:
    say, keys = visit.say, visit.keys
    strip = await week(visit.program, visit.customer.customer_id, now=visit.now)
    today = points_today(strip)
    title = say.text("Welcome aboard, %(name)s!", name=shown(visit.customer.name))
    points = int(verdict.facts["points"])
    gift = say.plural(
        "🎁 %(points)s point to start with",
        "🎁 %(points)s points to start with",
        points,
        points=say.signed(points),
    )
    return Card(
        title=title,
        lines=(
            *([gift] if points else []),
            *([say.text("☀️ Today's check-in gives more. Shall we?")] if today else []),
        ),
        rows=(
            (keys.check_in(today),) if today else (),
            (keys.app(),),
            (keys.invite(), keys.menu()),
        ),
        toast=title,
    )
