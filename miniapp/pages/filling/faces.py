"""A program's face, and the pictures of what it shows."""

import re
from functools import cache
from typing import Final

from aiohttp import web

from domain.content.pictures import Shown
from domain.programs import Program
from miniapp.pages.parts import Brand, Cover, ProgramFace
from web.bots import bot_for
from web.icons import icon

_ADDRESS: Final = re.compile(r"https://|/(?!/)")
_COLOURS: Final = ("accent", "accent_dark", "gold")


async def face_of(request: web.Request, program: Program) -> ProgramFace:
    """Return what every page knows of a program; colours that are none give way to ours."""
    bot = await bot_for(request.app, program)
    return ProgramFace(
        slug=program.slug,
        name=program.name,
        currency=program.currency,
        brand=_brand(program),
        bot_username=program.telegram_bot,
        has_login=bool(bot and bot.bot_id and bot.login_secret),
    )


def cover_of(picture: str, seed: str, otherwise: str, photo: Shown | None = None) -> Cover:
    """Return a cover: the merchant's photo or image, or one grown around an icon."""
    if photo:
        return Cover(
            seed=seed,
            icon=otherwise,
            image_url=photo.address,
            image_widths=photo.addresses,
            width=photo.width,
            height=photo.height,
        )
    if _ADDRESS.match(picture):
        return Cover(seed=seed, icon=otherwise, image_url=picture)
    return Cover(seed=seed, icon=picture if _is_icon(picture) else otherwise)


def _brand(program: Program) -> Brand:
    colours = {name: program.brand[name] for name in _COLOURS if name in program.brand}
    seed = str(program.brand.get("seed") or program.slug)
    try:
        return Brand(**colours, seed=seed)
    except (TypeError, ValueError):
        return Brand(seed=seed)


@cache
def _is_icon(name: str) -> bool:
    try:
        icon(name)
    except (OSError, ValueError):
        return False
    return True
