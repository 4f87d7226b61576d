"""Categories: the headings of the products, in their order."""

from typing import Any, Final
from uuid import UUID

from aiohttp import hdrs, web

from admin.auth.people import allowed, now_of, person_of
from admin.pages.content_forms import Brief, Moved, item_id
from admin.pages.forms import Form, Typed, Whole, fresh, typed
from admin.pages.layout import page
from admin.pages.places import CATEGORIES, PRODUCTS
from domain.content import categories as domain_categories
from domain.content.catalogue import said
from domain.content.categories import CategoryExists
from domain.content.editing import ChangedMeanwhile
from domain.content.texts import TitleMissing
from web.errors import locale_of


class CategoryForm(Form):
    """A category's names."""

    name_vi: Brief = ""
    name_en: Brief = ""
    version: Whole = 0


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the categories and an empty form."""
    return await _page(request, fresh(CategoryForm))


@allowed("change_content")
async def add(request: web.Request) -> web.StreamResponse:
    """Add a category."""
    person, form = person_of(request), await typed(request, CategoryForm)
    if form.value:
        with form.blaming("name_vi"):
            await domain_categories.create_category(
                person.program, _names(form.value), by=person.member, now=now_of(request)
            )
            return _saved()
    return await _page(request, form)


@allowed("change_content")
async def rename(request: web.Request) -> web.StreamResponse:
    """Rename a category."""
    person, form = person_of(request), await typed(request, CategoryForm)
    if form.value:
        with (
            form.blaming("name_vi", TitleMissing),
            form.blaming("name_vi", CategoryExists),
            form.blaming("name_vi", ChangedMeanwhile),
        ):
            await domain_categories.rename_category(
                person.program,
                item_id(request),
                _names(form.value),
                version=form.value.version,
                by=person.member,
                now=now_of(request),
            )
            return _saved()
    return await _page(request, fresh(CategoryForm), {item_id(request): form})


@allowed("change_content")
async def move(request: web.Request) -> web.StreamResponse:
    """Move a category one place."""
    person, form = person_of(request), await typed(request, Moved)
    if form.value:
        await domain_categories.move_category(
            person.program,
            item_id(request),
            form.value.direction,
            by=person.member,
            now=now_of(request),
        )
    return web.Response(status=303, headers={hdrs.LOCATION: f"{CATEGORIES}#row-{item_id(request)}"})


@allowed("change_content")
async def delete(request: web.Request) -> web.StreamResponse:
    """Delete a category; its products stay."""
    person = person_of(request)
    await typed(request, Form)
    await domain_categories.delete_category(
        person.program, item_id(request), by=person.member, now=now_of(request)
    )
    return _saved()


async def _page(
    request: web.Request,
    form: Typed[CategoryForm],
    wrong: dict[UUID, Typed[Any]] | None = None,
) -> web.Response:
    program = person_of(request).program
    rows = await domain_categories.categories(program)
    forms = {row.id: _standing(row.name, row.version) for row in rows}
    for category_id, typed_form in (wrong or {}).items():
        if category_id in forms:
            version = next(row.version for row in rows if row.id == category_id)
            typed_form.texts = {**typed_form.texts, "version": str(version)}
            forms[category_id] = typed_form
    return page(
        request,
        "content/categories.html",
        status=max([form.status, *(each.status for each in (wrong or {}).values())]),
        form=form,
        rows=rows,
        forms=forms,
        counts=await domain_categories.counts(program),
        said=lambda text: said(text, locale_of(request)),
        products=PRODUCTS,
    )


def _standing(name: dict[str, str], version: int) -> Typed[CategoryForm]:
    return fresh(
        CategoryForm, name_vi=name.get("vi", ""), name_en=name.get("en", ""), version=version
    )


def _names(form: CategoryForm) -> dict[str, str]:
    return {"vi": form.name_vi, "en": form.name_en}


def _saved() -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{CATEGORIES}?saved=1"})


_ONE: Final = f"{CATEGORIES}/{{id:[0-9a-f-]{{36}}}}"
ROUTES: Final = (
    web.get(CATEGORIES, show),
    web.post(CATEGORIES, add),
    web.post(_ONE, rename),
    web.post(f"{_ONE}/place", move),
    web.post(f"{_ONE}/deletion", delete),
)
