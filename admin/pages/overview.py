"""The overview: what a new shop still needs, and how the last days went."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import web

from admin.auth.people import allowed, person_of
from admin.pages import places
from admin.pages.layout import page
from admin.pages.words import bot_trouble
from domain.bots import bot_of
from domain.reporting.customer_loyalty import customer_loyalty
from domain.reporting.periods import Period, today
from domain.setup.checklist import Progress, progress
from domain.words import marked as _
from locales import translator
from web.errors import locale_of
from web.keys import CLOCK

DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a shop sets up: what it brings, where it is done, and whether it is."""

    title: str
    brings: str
    place: str
    is_done: bool


def steps_of(made: Progress) -> tuple[Step, ...]:
    """Return the way from an empty program to the first customer's points."""
    return (
        Step(_("Name, money and zone"), _("What you sell under, and where your day ends."), places.SETTINGS, True),
        Step(_("Connect your bot"), _("Customers meet you in Telegram: two minutes with BotFather."), places.TELEGRAM, made.has_bot),
        Step(_("Write your terms"), _("What customers accept when they join."), places.TERMS, made.has_terms),
        Step(_("Choose your look"), _("Your colours on every card."), places.LOOK, made.has_look),
        Step(_("Decide what earns points"), _("Sensible rules are in force; make them yours."), f"{places.ROOT}/rules", made.has_own_rules),
        Step(_("Show your first product or news"), _("What customers look at, read and share."), f"{places.ROOT}/products", made.has_content),
        Step(_("Invite your team"), _("Everybody with a name and a role of their own."), f"{places.ROOT}/team", made.has_team),
        Step(_("Join as your first customer"), _("Open the bot yourself and check in."), places.TELEGRAM, made.has_member and made.has_points),
    )  # fmt: skip


@allowed("read_reports")
async def show(request: web.Request) -> web.StreamResponse:
    """Show what is still to do, and the last thirty days."""
    program = person_of(request).program
    now = request.config_dict[CLOCK].now()
    bot = await bot_of(program.id)
    made = await progress(program, has_bot=bool(bot and bot.introduced_at))
    on = await today(program.id, "program", now=now)
    period = Period(on - timedelta(days=DAYS - 1), on, "program")
    report = await customer_loyalty(program, period)
    steps = steps_of(made)
    return page(
        request,
        "overview.html",
        program=program,
        steps=steps,
        done=sum(step.is_done for step in steps),
        is_ready=made.is_ready,
        bot=bot,
        trouble=bot_trouble(translator(locale_of(request)), bot),
        report=report,
        period=period,
        report_place=places.report_place(places.LOYALTY, period),
    )


ROUTES: Final = (web.get(places.OVERVIEW, show),)
