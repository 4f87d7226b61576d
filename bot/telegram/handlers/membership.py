"""A customer blocks the bot, or comes back: what `my_chat_member` tells."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import KICKED, MEMBER, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated

from bot.telegram.intake import CHANNEL
from bot.telegram.visit import identity
from domain.customers.enrolment import by_identity, mark_reachable, mark_unreachable
from domain.programs import Program

router = Router(name="membership")
router.my_chat_member.filter(F.chat.type == "private")


@router.my_chat_member(ChatMemberUpdatedFilter(KICKED))
async def blocked(event: ChatMemberUpdated, program: Program, now: datetime) -> None:
    """Send nothing to somebody who does not want it."""
    if customer := await by_identity(program.id, identity(event.from_user.id)):
        await mark_unreachable(customer.customer_id, CHANNEL, now=now)


@router.my_chat_member(ChatMemberUpdatedFilter(MEMBER))
async def came_back(event: ChatMemberUpdated, program: Program) -> None:
    """Send again from now on."""
    if customer := await by_identity(program.id, identity(event.from_user.id)):
        await mark_reachable(customer.customer_id, CHANNEL)
