"""Sharing a product: a link of the customer's own, words to go with it, a message if possible."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from aiohttp import web

from domain.content import catalogue
from domain.content.catalogue import said
from domain.content.evidence import Share, share_product
from domain.ledger.requests import RequestKey
from domain.programs import Program
from locales import translator
from miniapp.auth.visits import Visit
from web.keys import CONFIG

# Asks the customer's chat to prepare a message: program, customer, link, words → its id there.
Prepare = Callable[[Program, UUID, str, str], Awaitable[str | None]]
PREPARE_MESSAGE: Final[web.AppKey[Prepare]] = web.AppKey("PREPARE_MESSAGE")


@dataclass(frozen=True)
class PreparedShare:
    """A share that can be sent now; `message_id` only where the chat prepares messages."""

    share: Share
    url: str
    text: str
    message_id: str | None


async def prepare_share(visit: Visit, product_id: UUID, key: RequestKey) -> PreparedShare:
    """Prepare a product for sharing; raises NotFound."""
    customer = await visit.customer()
    product = await catalogue.product(visit.program, product_id, now=visit.now)
    share = await share_product(
        visit.program,
        customer.customer_id,
        product_id,
        now=visit.now,
        request=key,
    )
    url = link_into_app(visit.request, visit.program, f"s_{share.code}")
    text = translator(customer.locale).text(
        "%(product)s at %(program)s: have a look!",
        product=said(product.title, customer.locale),
        program=visit.program.name,
    )
    prepare = visit.request.app.get(PREPARE_MESSAGE)
    message_id = await prepare(visit.program, customer.customer_id, url, text) if prepare else None
    return PreparedShare(share, url, text, message_id)


def link_into_app(request: web.Request, program: Program, start_param: str) -> str:
    """Return the link that opens the mini app with a start parameter, through the bot if any."""
    if program.telegram_bot:
        app = f"/{program.telegram_app}" if program.telegram_app else ""
        return f"https://t.me/{program.telegram_bot}{app}?startapp={start_param}"
    ours = request.app[CONFIG].public_url
    return f"{ours}/p/{program.slug}/app?tgWebAppStartParam={start_param}"
