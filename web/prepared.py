"""Messages prepared in a customer's own chat, for the customer to send on with one tap."""

import asyncio
from html import escape
from typing import Any, Final
from uuid import UUID

from domain.bots import BotApiRefused, BotApiUnreachable, BotTokenRefused
from domain.customers.enrolment import address_of, by_id
from domain.ids import new_id
from domain.programs import Program
from locales import translator
from web.bot_api import call
from web.bots import App, bot_for

# Somebody has just tapped "share": a link of theirs now is better than a message later.
_SECONDS: Final = 3
_CHANNEL: Final = "telegram"


async def prepare(
    app: App, program: Program, customer_id: UUID, link: str, words: str
) -> str | None:
    """Return the id of a message made ready in the customer's chat; None where that is not to be.

    Without a bot, with inline mode switched off, with an old Bot API or none at all there is no
    message: whoever asked has the link, and nobody is told of an error.
    """
    bot = await bot_for(app, program)
    chat = await address_of(customer_id, _CHANNEL)
    if bot is None or chat is None or not chat.isdigit():
        return None
    label = translator((await by_id(customer_id)).locale).text("Have a look")
    try:
        async with asyncio.timeout(_SECONDS):
            prepared = await call(
                app,
                bot.token,
                "savePreparedInlineMessage",
                user_id=int(chat),
                result=shared(link, words, label),
                allow_user_chats=True,
                allow_group_chats=True,
                allow_channel_chats=True,
            )
    except (BotApiRefused, BotApiUnreachable, BotTokenRefused, TimeoutError):
        return None
    return str(prepared["id"]) if isinstance(prepared, dict) and "id" in prepared else None


def shared(link: str, words: str, label: str) -> dict[str, Any]:
    """Return the card as the Bot API's `InlineQueryResult`: the words, and a button to the link."""
    return {
        "type": "article",
        "id": new_id().hex,
        "title": words,
        "input_message_content": {
            "message_text": f"<b>{escape(words, quote=False)}</b>",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
        "reply_markup": {"inline_keyboard": [[{"text": label, "url": link}]]},
    }
