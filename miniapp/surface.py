"""The mini app, mounted on an application."""

from aiohttp import web

from miniapp import api
from miniapp.auth import codes
from miniapp.auth.visits import PROGRAMS
from miniapp.pages import routes


def setup(app: web.Application) -> None:
    """Serve the mini app's API and pages under `/p/{program}/`.

    The application has CONFIG and CLOCK, as `web.root.application` gives them; PREPARE_MESSAGE
    may be set where a chat can prepare messages.
    """
    app[PROGRAMS] = {}
    codes.setup(app)
    api.add_routes(app)
    routes.add_routes(app)
