"""Settings / Terms: what customers accept, in both languages, every wording kept."""

from typing import Final

from aiohttp import hdrs, web

from admin.auth.people import allowed, person_of
from admin.pages.forms import Form, Paragraph, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import TERMS
from domain.errors import InvalidInput
from domain.programs import zone_of
from domain.setup import terms
from web.keys import CLOCK


class TermsForm(Form):
    """The terms; an empty line begins a paragraph."""

    vi: Paragraph
    en: Paragraph


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the terms in force and every wording before them."""
    said = person_of(request).program.terms
    return await _page(
        request, fresh(TermsForm, **{locale: said.get(locale, "") for locale in terms.LOCALES})
    )


@allowed("change_settings")
async def publish(request: web.Request) -> web.StreamResponse:
    """Show other terms to whoever joins from now on."""
    person = person_of(request)
    form = await typed(request, TermsForm)
    if form.value:
        texts = form.value.model_dump(include=set(terms.LOCALES))
        now = request.config_dict[CLOCK].now()
        with form.blaming("form", InvalidInput):
            await terms.publish(person.program, texts, by=person.member, now=now)
            return web.Response(status=303, headers={hdrs.LOCATION: f"{TERMS}?saved=1"})
    return await _page(request, form)


async def _page(request: web.Request, form: Typed[TermsForm]) -> web.Response:
    program = person_of(request).program
    return page(
        request,
        "terms.html",
        status=form.status,
        form=form,
        program=program,
        versions=await terms.versions(program),
        zone=await zone_of(program.id, request.config_dict[CLOCK].now()),
    )


ROUTES: Final = (web.get(TERMS, show), web.post(TERMS, publish))
