"""Inline mode: what a member may drop into any chat. Nothing private is ever among it."""

import unicodedata
from contextlib import suppress
from html import escape
from typing import Final

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from bot.telegram.cards import NO_PREVIEW
from bot.telegram.desk import Desk
from bot.telegram.visit import identity, language_of
from domain.content.catalogue import products, said
from domain.content.models import Product
from domain.content.pictures import for_chat
from domain.customers.enrolment import by_identity
from domain.customers.models import Customer
from domain.programs import Program
from domain.referrals.invitations import invitations, links
from locales import Translator, translator

router = Router(name="inline")
_PREFIXES: Final = ("product", "products", "san pham")
_CARDS_MAX: Final = 20
Article = InlineQueryResultArticle


@router.inline_query()
async def suggest(query: InlineQuery, bot: Bot, program: Program, desk: Desk) -> None:
    """Answer with the member's invite card, or with products; a stranger may join first."""
    now = desk.clock.now()
    if query.from_user.is_bot or not desk.flood.admits_typing(query.from_user.id, now):
        return
    member = await by_identity(program.id, identity(query.from_user.id))
    if member is None or member.registered_at is None:
        say = translator(language_of(query.from_user, program))
        await _answer(bot, query, [], _join(say, program))
    else:
        await _answer(bot, query, await _cards(program, member, query.query, desk))


async def _answer(
    bot: Bot,
    query: InlineQuery,
    cards: list[Article],
    button: InlineQueryResultsButton | None = None,
) -> None:
    # Of a query from a while ago Telegram wants no answer any more, and neither does anybody.
    with suppress(TelegramBadRequest):
        await bot.answer_inline_query(
            query.id, list(cards), cache_time=0, is_personal=True, button=button
        )


def _join(say: Translator, program: Program) -> InlineQueryResultsButton:
    words = say.text("Join %(program)s to invite friends", program=program.name)
    return InlineQueryResultsButton(text=words[:64], start_parameter="join")


async def _cards(program: Program, member: Customer, asked: str, desk: Desk) -> list[Article]:
    """Return the products that fit the words, or the invite where none are asked for or found."""
    link = links(program, (await invitations(member.customer_id)).code).app
    if link is None:
        return []
    say = translator(member.locale)
    words, wants_products = _words(asked)
    found = await products(program, now=desk.clock.now()) if words or wants_products else []
    fitting = [product for product in found if _fits(product, words)][:_CARDS_MAX]
    root = desk.config.public_url
    return [_product(say, program, product, link, root) for product in fitting] or [
        _invite(say, program, link)
    ]


def _invite(say: Translator, program: Program, link: str) -> Article:
    return _article(
        "invite",
        say.text("Invite to %(program)s", program=program.name),
        say.text("A card with your link: both of you gain."),
        say.text("Join me at %(program)s: we both get points.", program=program.name),
        "",
        (say.text("Join"), link),
    )


def _product(say: Translator, program: Program, product: Product, link: str, root: str) -> Article:
    title = said(product.title, say.code)
    price = say.money(product.price, program.currency)
    photo = for_chat(program.slug, product.photo)
    return _article(
        str(product.id),
        title,
        price,
        say.text("%(product)s at %(program)s: have a look!", product=title, program=program.name),
        price,
        (say.text("Have a look"), link),
        # Telegram fetches a picture from where everybody reaches us, and from nowhere else.
        f"{root}{photo}" if photo and root.startswith("https://") else None,
    )


def _article(
    name: str,
    title: str,
    description: str,
    heading: str,
    line: str,
    way: tuple[str, str],
    picture: str | None = None,
) -> Article:
    text = f"<b>{escape(heading, quote=False)}</b>" + (
        f"\n{escape(line, quote=False)}" if line else ""
    )
    label, link = way
    button = InlineKeyboardButton(text=label, url=link)
    return Article(
        id=name,
        title=title,
        description=description,
        input_message_content=InputTextMessageContent(
            message_text=text,
            parse_mode="HTML",
            link_preview_options=_above(picture) if picture else NO_PREVIEW,
        ),
        thumbnail_url=picture,
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]),
    )


def _above(picture: str) -> LinkPreviewOptions:
    """Show a picture above the words, without its address among them."""
    return LinkPreviewOptions(url=picture, prefer_large_media=True, show_above_text=True)


def _words(asked: str) -> tuple[list[str], bool]:
    """Return the words to look for, and whether products were asked for as such."""
    text = _bare(asked)
    for prefix in _PREFIXES:
        if text == prefix or text.startswith(f"{prefix} "):
            return text.removeprefix(prefix).split(), True
    return text.split(), False


def _fits(product: Product, words: list[str]) -> bool:
    titles = [_bare(title) for title in product.title.values()]
    return any(all(word in title for word in words) for title in titles)


def _bare(text: str) -> str:
    """Return a text as somebody types it in a hurry: small letters without marks."""
    parted = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in parted if not unicodedata.combining(c)).split())
