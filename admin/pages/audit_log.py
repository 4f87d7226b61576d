"""The audit log: who did what, narrowed as the reader likes, and as a file."""

from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from aiohttp import hdrs, web
from pydantic import BeforeValidator, StringConstraints

from admin.auth.people import allowed, now_of, person_of
from admin.pages.act_facts import details, plainly
from admin.pages.acts import ACTS, what, who
from admin.pages.forms import Form, Typed, read
from admin.pages.layout import page
from admin.pages.places import AUDIT_LOG, AUDIT_LOG_CSV
from domain.access import audit, audit_log, roles, team
from domain.access.audit_log import Wanted
from domain.errors import InvalidInput
from domain.programs import zone_of
from domain.reporting.sheets import sheet
from locales import Translator, translator
from web.errors import locale_of
from web.limits import client_address

ROWS: Final = 50
_COLUMNS: Final = ("time", "who", "actor", "what", "act", "details", "address")


def _day(value: object) -> object:
    if value == "":
        return None
    return date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_day)]


class Question(Form):
    """What the reader looks for; what is empty narrows nothing."""

    who: Annotated[
        str, StringConstraints(pattern=r"^(|operator|stranger|staff:[0-9a-f-]{36})$")
    ] = ""
    act: Annotated[str, StringConstraints(pattern=r"^[a-z_]{0,40}$")] = ""
    from_day: Day = None
    to_day: Day = None
    cursor: Annotated[str, StringConstraints(max_length=80)] = ""

    @property
    def wanted(self) -> Wanted:
        """The question as the domain asks it."""
        return Wanted(
            actor=self.who or None,
            act=self.act or None,
            first=self.from_day,
            last=self.to_day,
        )


@allowed("read_audit_log")
async def show(request: web.Request) -> web.StreamResponse:
    """Show a page of the log."""
    program, now = person_of(request).program, now_of(request)
    form = read(request.query, Question)
    asked = form.value or Question()
    found = await audit_log.read(
        program.id, asked.wanted, cursor=asked.cursor or None, limit=ROWS, now=now
    )
    spoken = translator(locale_of(request))
    names, zone = await team.names(program.id), await zone_of(program.id, now)
    return page(
        request,
        "audit_log.html",
        status=form.status,
        form=form,
        entries=found.entries,
        people=[(f"staff:{staff_id}", name) for staff_id, name in names.items()],
        acts=sorted(
            ((act, spoken.text(words, whom="…")) for act, words in ACTS.items()),
            key=lambda pair: pair[1],
        ),
        who=lambda entry: who(spoken, entry.actor, names),
        what=lambda entry: what(spoken, entry, names),
        details=lambda entry: details(spoken, entry, zone),
        is_narrowed=any(form.text(name) for name in ("who", "act", "from_day", "to_day")),
        newest=_place(AUDIT_LOG, form) if asked.cursor else "",
        older=_place(AUDIT_LOG, form, cursor=found.next) if found.next else "",
        csv_place=_place(AUDIT_LOG_CSV, form),
        zone=zone,
    )


@allowed("read_audit_log")
async def export(request: web.Request) -> web.StreamResponse:
    """Send what is meant as a spreadsheet, and write that down."""
    person, now = person_of(request), now_of(request)
    roles.require(person.member, "export_reports")
    asked = read(request.query, Question).value
    if asked is None:
        raise InvalidInput("a filter is not written as it should be")
    entries = await audit_log.all_of(person.program.id, asked.wanted, now=now)
    await audit.record(
        "exported",
        now=now,
        by=person.member,
        address=client_address(request),
        report="audit-log",
        format="csv",
        rows=len(entries),
    )
    text = _sheet(translator(locale_of(request)), entries, await team.names(person.program.id))
    return web.Response(
        text=text,
        content_type="text/csv",
        charset="utf-8",
        headers={
            hdrs.CONTENT_DISPOSITION: f'attachment; filename="{person.program.slug}-audit-log.csv"'
        },
    )


def _sheet(spoken: Translator, entries: tuple[audit_log.Entry, ...], names: Any) -> str:
    return sheet(
        _COLUMNS,
        (
            (
                entry.recorded_at.isoformat(),
                who(spoken, entry.actor, names),
                entry.actor,
                what(spoken, entry, names),
                entry.act,
                plainly(spoken, entry),
                entry.address,
            )
            for entry in entries
        ),
    )


def _place(place: str, form: Typed[Question], **more: str | None) -> str:
    named = {name: form.text(name) for name in ("who", "act", "from_day", "to_day")}
    query = {name: value for name, value in (named | more).items() if value}
    return f"{place}?{urlencode(query)}" if query else place


ROUTES: Final = (web.get(AUDIT_LOG, show), web.get(AUDIT_LOG_CSV, export))
