"""Turn screens into HTML: fragments for the signed in, and the shell for everybody."""

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from markupsafe import Markup

from locales import LOCALES
from miniapp.pages.looks import qr, tokens
from miniapp.pages.parts import ProgramFace
from miniapp.pages.screens import AnyScreen
from web.assets import asset_bytes, asset_text
from web.jinja import environment

_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACES = re.compile(r"\s*([{};,>])\s*|\s*\n\s*")
_PAINT = Markup("Boot.paint()")
_POLICY = (
    "default-src 'none'; script-src 'self' {script}; style-src 'self' {style};"
    " img-src 'self' data: https:; font-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'self';"
    " frame-ancestors 'self' https://web.telegram.org"
    " https://webk.telegram.org https://weba.telegram.org"
)


@dataclass(frozen=True, slots=True)
class Shell:
    """The anonymous page and the policy that allows exactly its own script and style."""

    html: str
    policy: str


def fragment(screen: AnyScreen, program: ProgramFace, locale: str, part: str = "whole") -> str:
    """Render a screen for a signed-in customer; `part="more"` is a list's continuation."""
    template = environment(_TEMPLATES, locale).get_template(screen.template)
    return template.render(screen=screen, part=part, qr=qr, **_program(program))


def answer(
    screen: AnyScreen, program: ProgramFace, locale: str, *, part: str = "whole", status: int = 200
) -> web.Response:
    """Answer a signed-in request with a screen that nobody may store."""
    return web.Response(
        text=fragment(screen, program, locale, part),
        status=status,
        content_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Language": locale,
            "Vary": "Authorization",
        },
    )


@cache
def shell(program: ProgramFace, locale: str) -> Shell:
    """Render the page that any browser gets before anyone is known: the same for all."""
    style = Markup(_style() + tokens(program.brand))  # noqa: S704 - files and colours of ours
    script = Markup(_uncommented(asset_text("boot.js")))  # noqa: S704
    html = environment(_TEMPLATES, locale).get_template("shell.html")
    return Shell(
        html=html.render(
            style=style,
            script=script,
            paint=_PAINT,
            notes=_notes(program),
            **_program(program),
        ),
        policy=_POLICY.format(script=f"{_hash(script)} {_hash(_PAINT)}", style=_hash(style)),
    )


def shell_answer(program: ProgramFace, locale: str) -> web.Response:
    """Answer a browser's navigation; the shell is never stored, so a release never lingers."""
    page = shell(program, locale)
    return web.Response(
        text=page.html,
        content_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Language": locale,
            "Content-Security-Policy": page.policy,
            "Vary": "Accept-Language, Authorization",
        },
    )


def _program(program: ProgramFace) -> dict[str, object]:
    root = f"/p/{program.slug}"
    bot = f"https://t.me/{program.bot_username}" if program.bot_username else None
    return {"program": program, "app": f"{root}/app", "api": f"{root}/api/v1", "bot": bot}


def _notes(program: ProgramFace) -> dict[str, Markup]:
    """The full-page states, in every language: which one is read is known only in the page."""
    bot = _program(program)["bot"]
    return {
        locale: Markup(  # noqa: S704 - rendered by our own escaping template
            environment(_TEMPLATES, locale)
            .get_template("notes.html")
            .render(qr=qr, **{**_program(program), "bot": bot})
        )
        for locale in LOCALES
    }


@cache
def bot_code(program: ProgramFace) -> str | None:
    """The code that opens the bot, as a picture: only who has no chat at hand needs it."""
    bot = _program(program)["bot"]
    if not isinstance(bot, str):
        return None
    return str(qr(bot)).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


@cache
def _style() -> str:
    """The style sheet with its digits inside: one request fewer before the balance is seen."""
    digits = b64encode(asset_bytes("digits.woff2")).decode()
    return _pressed(asset_text("mini.css")).replace("DIGITS", digits)


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _pressed(css: str) -> str:
    """Drop what a browser does not need of a style sheet."""
    return _SPACES.sub(lambda found: found[1] or "", _COMMENTS.sub("", css)).strip()


def _uncommented(script: str) -> str:
    return "\n".join(
        line.strip() for line in _COMMENTS.sub("", script).splitlines() if line.strip()
    )
