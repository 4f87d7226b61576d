"""What every page has: the frame, who is signed in, the policy that keeps strangers out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from admin.auth import cookies
from admin.auth.people import PERSON
from admin.pages.places import HOME, LOYALTY, ROOT
from admin.pages.words import ROLES, initials
from domain.access.roles import may
from domain.reporting.catalogue import REPORTS
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the left menu."""

    title: str
    place: str
    icon: str


def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """Render a page for whoever asks; nobody may store it and nobody may frame it."""
    locale = locale_of(request)
    html = environment(_TEMPLATES, locale).get_template(template)
    return web.Response(
        text=html.render(**_frame(request), status=status, **context),
        status=status,
        content_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Language": locale,
            "Content-Security-Policy": _POLICY,
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
        "menu": _menu(request),
        "here": request.path_qs,
        "path": request.path,
        "home": HOME,
        "root": ROOT,
        "roles": ROLES,
        "initials": initials,
        "theme": theme if theme in THEMES else "auto",
    }


def _menu(request: web.Request) -> list[Entry]:
    """Name only what exists and what this person may open."""
    person = request.get(PERSON)
    if person is None or not may(person.member, "read_reports"):
        return []
    return [Entry(REPORTS["customer-loyalty"].title, LOYALTY, "chart-pie")]
