"""Products: the list in the customers' order, and one product to write."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from aiohttp import hdrs, web
from babel.numbers import get_currency_precision
from pydantic import StringConstraints

from admin.auth.people import Person, allowed, now_of, person_of
from admin.pages import content_forms as shared
from admin.pages.content_forms import ItemForm, Moved, item_id
from admin.pages.forms import Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import PRODUCTS
from admin.pages.uploads import typed_with_file
from domain.content import drafts, editing, prices
from domain.content.catalogue import said
from domain.content.categories import categories
from domain.content.drafts import ProductDraft
from domain.content.drawing import BYTES_MAX, PictureTooLarge
from domain.content.models import Product
from domain.content.pictures import shown
from domain.errors import NotFound, Refusal
from web.errors import locale_of


class ProductForm(ItemForm):
    """A product as it is typed."""

    price: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] = ""
    category: Annotated[str, StringConstraints(max_length=40)] = ""


@allowed("read_settings")
async def show_list(request: web.Request) -> web.StreamResponse:
    """List the products, narrowed to a state and a category."""
    program, now = person_of(request).program, now_of(request)
    state, start = shared.asked_state(request), shared.asked_page(request) * shared.ROWS
    chosen = _id(request.query.get("category"))
    narrowed = {"category_id": chosen} if chosen else {}
    found = await editing.listed(
        Product, program, state=state, start=start, limit=shared.ROWS, now=now, **narrowed
    )
    return page(
        request,
        "content/products.html",
        found=found,
        start=start,
        chosen=chosen,
        state=state,
        states=shared.STATES,
        state_of=lambda row: drafts.state_of(row, now),
        said=lambda text: said(text, locale_of(request)),
        shown=lambda photo: shown(program.slug, photo),
        categories=await categories(program),
        zone=await shared.zone_of(program, now),
        program=program,
    )


@allowed("read_settings")
async def show_new(request: web.Request) -> web.StreamResponse:
    """Show an empty form."""
    return await _page(request, fresh(ProductForm, appears="now"), None)


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show a product to change."""
    person, now = person_of(request), now_of(request)
    row = await editing.item(Product, person.program, item_id(request))
    texts = shared.standing(row, now, await shared.zone_of(person.program, now))
    form = fresh(
        ProductForm,
        **texts,
        price=prices.written(row.price, person.program.currency) if row.price else "",
        category=row.category_id or "",
    )
    return await _page(request, form, row)


@allowed("change_content")
async def save(request: web.Request) -> web.StreamResponse:
    """Keep a product, new or changed, with the picture that was sent."""
    person, now = person_of(request), now_of(request)
    row = await _row(request, person)
    sent = await typed_with_file(
        request, ProductForm, file="picture", longest=BYTES_MAX, otherwise=PictureTooLarge
    )
    photo, form = await shared.take_picture(person, sent), sent.form
    if form.value and not form.problems:
        try:
            kept = await _kept(person, form.value, photo, row, now)
        except Refusal as refusal:
            shared.blame(form, refusal, row.version if row else 0)
        else:
            return web.Response(
                status=303, headers={hdrs.LOCATION: f"{PRODUCTS}/{kept.id}?saved=1"}
            )
    return await _page(request, form, row, status=sent.status)


@allowed("change_content")
async def move(request: web.Request) -> web.StreamResponse:
    """Move a product one place."""
    person, form = person_of(request), await typed(request, Moved)
    if form.value:
        await editing.move_product(
            person.program,
            item_id(request),
            form.value.direction,
            by=person.member,
            now=now_of(request),
        )
    return web.Response(status=303, headers={hdrs.LOCATION: f"{PRODUCTS}#row-{item_id(request)}"})


@allowed("change_content")
async def hide(request: web.Request) -> web.StreamResponse:
    """Hide a product, or show it again."""
    return await shared.hide_or_show(request, Product, PRODUCTS)


async def _row(request: web.Request, person: Person) -> Product | None:
    if "id" not in request.match_info:
        return None
    return await editing.item(Product, person.program, item_id(request))


async def _kept(
    person: Person, form: ProductForm, photo: str | None, row: Product | None, now: datetime
) -> Product:
    program = person.program
    zone = await shared.zone_of(program, now)
    draft = ProductDraft(
        **shared.wanted(form, photo, row, zone, now),
        price=prices.minor_units(form.price or "0", program.currency),
        category_id=_id(form.category),
    )
    if row is None:
        return await editing.create_product(program, draft, by=person.member, now=now)
    return await editing.change_product(
        program, row.id, draft, version=form.version, by=person.member, now=now
    )


async def _page(
    request: web.Request, form: Typed[ProductForm], row: Product | None, status: int = 200
) -> web.Response:
    person, now = person_of(request), now_of(request)
    program = person.program
    options = [
        (str(each.id), said(each.name, locale_of(request))) for each in await categories(program)
    ]
    return page(
        request,
        "content/product.html",
        status=status,
        form=form,
        row=row,
        state=row and drafts.state_of(row, now),
        states=shared.STATES,
        said=lambda text: said(text, locale_of(request)),
        shown=shown(program.slug, str(form.texts.get("photo", ""))),
        options=[("", "—"), *options],
        program=program,
        decimals=get_currency_precision(program.currency),
        zone=await shared.zone_of(program, now),
    )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


_ONE: Final = f"{PRODUCTS}/{{id:[0-9a-f-]{{36}}}}"
ROUTES: Final = (
    web.get(PRODUCTS, show_list),
    web.get(f"{PRODUCTS}/new", show_new),
    web.post(f"{PRODUCTS}/new", save),
    web.get(_ONE, show),
    web.post(_ONE, save),
    web.post(f"{_ONE}/place", move),
    web.post(f"{_ONE}/visibility", hide),
)
