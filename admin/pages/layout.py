"""What every page has: the frame, who is signed in, the policy that keeps strangers out."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiohttp import web

from admin.auth import cookies
from admin.auth.people import PERSON
from admin.pages.menu import menu_of
from admin.pages.places import HOME, ROOT
from admin.pages.words import ROLES, initials
from domain.access.roles import may
from web.errors import locale_of
from web.jinja import environment

_TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"
THEMES: Final = ("auto", "light", "dark")
# No script and no style but our own files; no frame around us; forms go nowhere else.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


def page(
    request: web.Request, template: str, *, status: int = 200, leads_to: str = "", **context: Any
) -> web.Response:
    """Render a page for whoever asks; nobody may store it and nobody may frame it.

    A form of the page may be answered with a redirect to the site that `leads_to` names.
    """
    policy = _POLICY.replace("form-action 'self'", f"form-action 'self' {leads_to}".rstrip())
    locale = locale_of(request)
    html = environment(_TEMPLATES, locale).get_template(template)
    return web.Response(
        text=html.render(**_frame(request), status=status, **context),
        status=status,
        content_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Language": locale,
            "Content-Security-Policy": policy,
            "X-Frame-Options": "DENY",
            "Vary": "Cookie, Accept-Language",
        },
    )


def _frame(request: web.Request) -> dict[str, Any]:
    person = request.get(PERSON)
    theme = request.cookies.get(cookies.THEME, "auto")
    signed_in = person if person and person.session else None
    return {
        "person": signed_in,
        "csrf": signed_in.session.csrf_token if signed_in and signed_in.session else "",
        "menu": menu_of(person.member) if person else [],
        "can": partial(may, person.member) if person else _nothing,
        "askable": person.askable if person else (),
        "query": request.query,
        "in_zone": _in_zone,
        "here": request.path_qs,
        "path": request.path,
        "home": HOME,
        "root": ROOT,
        "roles": ROLES,
        "initials": initials,
        "theme": theme if theme in THEMES else "auto",
    }


def _nothing(_permission: str) -> bool:
    return False


def _in_zone(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
