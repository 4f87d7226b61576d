"""Which screen a launch opens: only those that we know, and only what is there for this customer."""

import re
from typing import Final
from uuid import UUID

from domain.content import catalogue
from domain.earning.entry import entry
from domain.errors import NotFound
from miniapp.auth.visits import Visit
from web.screens import screen_of

_ITEM: Final = re.compile(r"/(news|products|history)/([0-9a-f-]{36})")


async def place_of(visit: Visit, start_param: str | None) -> str | None:
    """Return where a start parameter leads below the app's address; None: to the first screen.

    An address, a script, or a thing of another program or customer leads nowhere.
    """
    screen = screen_of(start_param)
    if screen is None or not screen.path:
        return None
    item = _ITEM.fullmatch(screen.path)
    if item and not await _is_there(visit, item[1], UUID(item[2])):
        return None
    return screen.path


async def _is_there(visit: Visit, kind: str, item_id: UUID) -> bool:
    try:
        if kind == "news":
            await catalogue.article(visit.program, item_id, now=visit.now)
        elif kind == "products":
            await catalogue.product(visit.program, item_id, now=visit.now)
        else:
            await entry(visit.customer_id, item_id)
    except NotFound:
        return False
    return True
