"""/report: today in one message, for the staff alone."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from bot.telegram.cards import Card
from bot.telegram.keyboards import page_button
from bot.telegram.visit import Visit
from domain.access.roles import may
from domain.access.telegram import member_of
from domain.bots import bot_of
from domain.programs import Program
from domain.reporting.customer_loyalty import CustomerLoyalty, customer_loyalty
from domain.reporting.periods import period, today
from locales import Translator, translator

router = Router(name="report")


async def asks_as_staff(message: Message, visit: Visit) -> bool:
    """Let the staff through; for everybody else there is no such command."""
    if await is_admin_chat(visit.program, message.chat.id):
        return True
    member = await member_of(visit.program.id, str(message.chat.id))
    return member is not None and may(member, "read_reports")


@router.message(Command("report", ignore_mention=True), asks_as_staff)
async def report(_: Message, visit: Visit) -> Card:
    """Answer in the private chat of somebody of the staff."""
    return await report_card(visit.program, visit.public_url, now=visit.now)


async def is_admin_chat(program: Program, chat: int) -> bool:
    """Tell whether the program's staff bound this very chat: anyone in it may ask."""
    bot = await bot_of(program.id)
    return bot is not None and bot.admin_chat_id == chat


async def report_card(program: Program, public_url: str, *, now: datetime) -> Card:
    """Return what happened today so far, and the way to the whole report."""
    on = await today(program.id, "program", now=now)
    found = await customer_loyalty(program, period(on, on))
    say = translator(program.locale)
    address = f"{public_url}/admin/reports/customer-loyalty?from={on}&to={on}"
    label = "📊 " + say.text("Open the report")
    return Card(
        title=say.text("%(program)s on %(date)s", program=program.name, date=say.date(on)),
        lines=_figures(say, found),
        rows=((page_button(label, address),),),
    )


def _figures(say: Translator, found: CustomerLoyalty) -> tuple[str, ...]:
    totals = found.totals
    referrals = sum(referrer.total for referrer in found.referrers)
    return (
        say.text("➕ Issued: %(points)s", points=say.number(totals.issued.total)),
        say.text("🎁 Used: %(points)s", points=say.number(totals.used.total)),
        say.text("➖ Deducted: %(points)s", points=say.number(totals.deducted.total)),
        say.text("🤝 Referrals completed: %(count)s", count=say.number(referrals)),
    )
