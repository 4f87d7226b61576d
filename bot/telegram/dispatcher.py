"""Which handler answers what. The dispatcher itself keeps nothing: all it needs comes along."""

from functools import cache

from aiogram import Dispatcher

from bot.telegram import middlewares
from bot.telegram.handlers import (
    ask_about,
    check_in,
    guide,
    history,
    inline,
    invite,
    language,
    membership,
    notify,
    open_app,
    points,
    privacy,
    report,
    sign_in_code,
    start,
    terms,
)


@cache
def dispatcher() -> Dispatcher:
    """Return the one dispatcher of this process; a router can be included only once."""
    made = Dispatcher(disable_fsm=True)
    middlewares.setup(made)
    made.include_routers(
        sign_in_code.router,
        ask_about.router,
        start.router,
        open_app.router,
        check_in.router,
        points.router,
        history.router,
        invite.router,
        notify.router,
        privacy.router,
        report.router,
        inline.router,
        language.router,
        terms.router,
        guide.router,
        membership.router,
        guide.leftovers,
    )
    return made
