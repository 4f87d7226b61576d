"""Settings / Appearance: three colours and a seed, shown as customers will see them."""

from dataclasses import dataclass
from typing import Annotated, Final

from aiohttp import hdrs, web
from multidict import MultiDict
from pydantic import StringConstraints

from admin.auth.people import allowed, person_of
from admin.pages.forms import Form, Typed, fresh, read, typed
from admin.pages.layout import page
from admin.pages.places import LOOK
from domain.setup import brand
from domain.setup.brand import Look, look_of
from web.colours import contrast, legible, mixed, ramp
from web.keys import CLOCK

Colour = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern="^#[0-9a-fA-F]{6}$")
]


class LookForm(Form):
    """A merchant's colours, and the word from which the rings grow."""

    accent: Colour
    accent_dark: Colour
    gold: Colour
    seed: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=brand.SEED_MAX)
    ]


@dataclass(frozen=True)
class Sample:
    """The colours of the card on one kind of phone, readable as the mini app makes them."""

    theme: str
    page: str
    surface: str
    text: str
    muted: str
    accent: str
    label: str
    gold: str
    stops: tuple[str, ...]


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the program's look, or one that is only being tried out."""
    program = person_of(request).program
    standing = vars(look_of(program))
    if "accent" in request.query:
        tried = [(name, value) for name, value in request.query.items() if name in standing]
        return _page(request, read(MultiDict(tried), LookForm))
    return _page(request, fresh(LookForm, **standing))


@allowed("change_settings")
async def save(request: web.Request) -> web.StreamResponse:
    """Dress the program in another look."""
    person = person_of(request)
    form = await typed(request, LookForm)
    if form.value is None:
        return _page(request, form)
    look = Look(**form.value.model_dump(exclude={"csrf"}))
    now = request.config_dict[CLOCK].now()
    await brand.change_look(person.program, look, by=person.member, now=now)
    return web.Response(status=303, headers={hdrs.LOCATION: f"{LOOK}?saved=1"})


def _page(request: web.Request, form: Typed[LookForm]) -> web.Response:
    program = person_of(request).program
    look = Look(**form.value.model_dump(exclude={"csrf"})) if form.value else look_of(program)
    return page(
        request,
        "look.html",
        status=form.status,
        form=form,
        program=program,
        look=look,
        samples=(light(look), dark(look)),
        default=brand.DEFAULT,
    )


def light(look: Look) -> Sample:
    """Return the colours on a phone in daylight."""
    surface = "#ffffff"
    accent = legible(look.accent, ("#efeff4", surface, mixed(surface, look.accent, 0.12)))
    return Sample(
        "light",
        "#efeff4",
        surface,
        "#101312",
        "#62666a",
        accent,
        _label(accent),
        look.gold,
        ramp(look.accent),
    )


def dark(look: Look) -> Sample:
    """Return the colours on a phone at night."""
    surface = "#1c1c1d"
    accent = legible(look.accent_dark, ("#000000", surface, mixed(surface, look.accent_dark, 0.16)))
    return Sample(
        "dark",
        "#000000",
        surface,
        "#ffffff",
        "#a2a2a8",
        accent,
        _label(accent),
        look.gold,
        ramp(look.accent),
    )


def _label(ground: str) -> str:
    return max(("#ffffff", "#0b1210"), key=lambda ink: contrast(ink, ground))


ROUTES: Final = (web.get(LOOK, show), web.post(LOOK, save))
