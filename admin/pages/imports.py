"""Importing products and news: a file, its dry run, its commit."""

from typing import Final, Literal

from aiohttp import hdrs, web

from admin.auth.people import allowed, now_of, person_of
from admin.pages.content_forms import item_id, zone_of
from admin.pages.forms import Form, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import IMPORTS
from admin.pages.uploads import typed_with_file
from domain.content import csv_rows, importing
from domain.content.csv_rows import FileTooLarge
from domain.content.import_rows import COLUMNS, Kind, template
from domain.content.importing import NothingToImport, Plan
from domain.errors import Refusal

# More rows than anybody reads; those that are wrong come first.
_SHOWN: Final = 200


class FileForm(Form):
    """What the file holds; the file itself comes last."""

    kind: Literal["products", "news"]


class FileMissing(Refusal):
    """Choose a file."""

    code = "file_missing"


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show where a file is chosen."""
    kind = request.query.get("kind", "products")
    return _page(request, fresh(FileForm, kind=kind if kind in COLUMNS else "products"))


@allowed("change_content")
async def send(request: web.Request) -> web.StreamResponse:
    """Take a file and show its dry run; nothing is written."""
    person = person_of(request)
    sent = await typed_with_file(
        request, FileForm, file="file", longest=csv_rows.BYTES_MAX, otherwise=FileTooLarge
    )
    form = sent.form
    if form.value and not form.problems:
        with form.blaming("file"):
            if sent.file is None:
                raise FileMissing
            import_id = await importing.receive(
                person.program,
                form.value.kind,
                sent.file,
                by=person.member,
                now=now_of(request),
            )
            return _to(f"{IMPORTS}/{import_id}")
    return _page(request, form, sent.status)


@allowed("read_settings")
async def show_plan(request: web.Request) -> web.StreamResponse:
    """Show what a commit would do, or what it did."""
    program, now = person_of(request).program, now_of(request)
    plan = await importing.plan(program, item_id(request), now=now)
    return await _report(request, plan)


@allowed("change_content")
async def commit(request: web.Request) -> web.StreamResponse:
    """Import what is right in the file."""
    person, now = person_of(request), now_of(request)
    form = await typed(request, Form)
    if form.value:
        with form.blaming("form", NothingToImport):
            await importing.commit(person.program, item_id(request), by=person.member, now=now)
            return _to(f"{IMPORTS}/{item_id(request)}")
    return await _report(
        request, await importing.plan(person.program, item_id(request), now=now), form
    )


@allowed("read_settings")
async def show_template(request: web.Request) -> web.StreamResponse:
    """Send a file to begin with."""
    kind: Kind = "products" if request.match_info["kind"] == "products" else "news"
    return web.Response(
        body=template(kind).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{kind}.csv"'},
    )


def _page(request: web.Request, form: Typed[FileForm], status: int = 200) -> web.Response:
    return page(request, "content/import.html", status=status, form=form, columns=COLUMNS)


async def _report(
    request: web.Request, plan: Plan, form: Typed[Form] | None = None
) -> web.Response:
    program, now = person_of(request).program, now_of(request)
    rows = sorted(plan.rows, key=lambda row: (row.outcome != "bad", row.wish.line))
    return page(
        request,
        "content/import_plan.html",
        status=form.status if form else 200,
        form=form or fresh(Form),
        plan=plan,
        rows=rows[:_SHOWN],
        left_out=max(0, len(rows) - _SHOWN),
        zone=await zone_of(program, now),
    )


def _to(place: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: place})


ROUTES: Final = (
    web.get(IMPORTS, show),
    web.post(IMPORTS, send),
    web.get(f"{IMPORTS}/template/{{kind:products|news}}.csv", show_template),
    web.get(f"{IMPORTS}/{{id:[0-9a-f-]{{36}}}}", show_plan),
    web.post(f"{IMPORTS}/{{id:[0-9a-f-]{{36}}}}", commit),
)
