"""Settings / General: the program's name, address, language, money and zone."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from aiohttp import hdrs, web
from babel.numbers import get_currency_precision
from pydantic import BeforeValidator, Field, StringConstraints

from admin.auth.people import allowed, now_of, person_of
from admin.pages.forms import Form, Line, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import SETTINGS
from domain import programs
from domain.errors import InvalidInput
from domain.programs import Program, ZoneChangePending
from domain.setup import general
from domain.setup.general import General, SlugTaken, TooLateToChange
from locales import translator
from web.errors import locale_of
from web.keys import CONFIG

ZONES: Final = tuple(sorted(zone for zone in available_timezones() if "/" in zone))


def _comma(value: object) -> object:
    """Take the decimal comma that Vietnamese write."""
    return value.strip().replace(",", ".") if isinstance(value, str) else value


class GeneralForm(Form):
    """What a program is called and what a point is worth, in whole units of the currency."""

    name: Line
    slug: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=63)]
    locale: Literal["vi", "en"]
    currency: Annotated[
        str, StringConstraints(strip_whitespace=True, to_upper=True, pattern="^[A-Z]{3}$")
    ]
    point_value: Annotated[
        Decimal, BeforeValidator(_comma), Field(ge=0, le=1_000_000, allow_inf_nan=False)
    ]


class ZoneForm(Form):
    """Where the program's dates count."""

    zone: str


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the program's name, money and zone."""
    program = person_of(request).program
    return await _page(request, program, _standing(program), fresh(ZoneForm))


@allowed("change_settings")
async def save(request: web.Request) -> web.StreamResponse:
    """Keep another name, address, language or money."""
    person = person_of(request)
    form = await typed(request, GeneralForm)
    if form.value:
        wanted = _wanted(form.value)
        with (
            form.blaming("slug", SlugTaken),
            form.blaming("form", TooLateToChange),
            form.blaming("slug", InvalidInput),
        ):
            await general.change_general(
                person.program, wanted, by=person.member, now=now_of(request)
            )
            return _saved()
    return await _page(request, person.program, form, fresh(ZoneForm))


@allowed("change_settings")
async def change_zone(request: web.Request) -> web.StreamResponse:
    """Count dates in another zone from the end of today on."""
    person = person_of(request)
    form = await typed(request, ZoneForm)
    if form.value:
        with form.blaming("zone", InvalidInput), form.blaming("zone", ZoneChangePending):
            await general.change_zone(
                person.program, form.value.zone, by=person.member, now=now_of(request)
            )
            return _saved()
    return await _page(request, person.program, _standing(person.program), form)


async def _page(
    request: web.Request, program: Program, form: Typed[GeneralForm], zone_form: Typed[ZoneForm]
) -> web.Response:
    now = now_of(request)
    zone = await programs.zone_of(program.id, now)
    spoken = translator(locale_of(request))
    coming = await general.zone_to_come(program, now=now)
    if "zone" not in zone_form.texts:
        zone_form.texts = {"zone": zone}
    return page(
        request,
        "settings.html",
        status=max(form.status, zone_form.status),
        form=form,
        zone_form=zone_form,
        program=program,
        zone=spoken.time_zone_name(zone, now),
        coming=coming and (spoken.time_zone_name(coming[0], coming[1]), _local(coming[1], zone)),
        zones=[(name, name.replace("_", " ")) for name in ZONES],
        slug_is_final=await general.has_customers(program),
        currency_is_final=await general.is_priced(program),
        public_url=request.config_dict[CONFIG].public_url,
    )


def _standing(program: Program) -> Typed[GeneralForm]:
    return fresh(
        GeneralForm,
        name=program.name,
        slug=program.slug,
        locale=program.locale,
        currency=program.currency,
        point_value=f"{(program.point_value / _minor_units(program.currency)).normalize():f}",
    )


def _wanted(form: GeneralForm) -> General:
    values = form.model_dump(exclude={"csrf", "point_value"})
    return General(**values, point_value=form.point_value * _minor_units(form.currency))


def _minor_units(currency: str) -> Decimal:
    """How many of the smallest units make one: 100 cents a dollar, and đồng have none."""
    return Decimal(10) ** get_currency_precision(currency)


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def _saved() -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{SETTINGS}?saved=1"})


ROUTES: Final = (
    web.get(SETTINGS, show),
    web.post(SETTINGS, save),
    web.post(f"{SETTINGS}/zone", change_zone),
)
