"""One action's rule: its values, what another would mean, and every version there was."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from pydantic import create_model

from admin.auth.people import allowed, now_of, person_of
from admin.pages.forms import Form, OptionalWhole, Problem, Ticked, Typed, Whole, fresh, typed
from admin.pages.instants import LocalDay, LocalTime, in_zone, today_in
from admin.pages.layout import page
from admin.pages.marking import mark
from admin.pages.places import RULES
from admin.pages.rule_words import (
    LIFETIMES,
    STATES,
    author_word,
    changes_of,
    holding_word,
    lifetime_word,
    scope_word,
)
from domain import programs
from domain.earning import bounds
from domain.earning.actions import ACTIONS, Action
from domain.earning.habits import ASSUMED_CUSTOMERS, DAYS, habits
from domain.earning.lifetime import start_of
from domain.earning.preview import preview
from domain.earning.rule_changes import RuleChanged, check_action, problems, revise, withdraw
from domain.earning.rule_values import RuleValues, values_of
from domain.earning.rules import read_rulebook
from domain.earning.versions import versions_of
from domain.programs import Program
from locales import translator
from web.errors import locale_of


class RuleForm(Form):
    """What a version says and when it begins; each action adds fields for its own settings."""

    opened: Whole
    do: Literal["save", "preview"] = "save"
    enabled: Ticked = False
    points: Whole
    daily_cap: OptionalWhole = None
    lifetime_kind: Literal["never", "days", "months", "date"] = "never"
    lifetime_count: OptionalWhole = None
    lifetime_on: LocalDay = None
    holding_days: Whole
    starts: Literal["now", "tomorrow", "at"] = "now"
    starts_at: LocalTime = None


class WithdrawForm(Form):
    """Which planned version shall never come."""

    version: Whole
    opened: Whole


@cache
def _shape(action: str) -> type[RuleForm]:
    own: dict[str, Any] = {setting.code: (Whole, ...) for setting in ACTIONS[action].settings}
    return create_model("OwnRuleForm", __base__=RuleForm, **own)


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show a rule as it stands."""
    return await _page(request, person_of(request).program, _action(request), None)


@allowed("change_rules")
async def save(request: web.Request) -> web.StreamResponse:
    """Put the next version in force, or show what it would mean."""
    person, action, now = person_of(request), _action(request), now_of(request)
    form = await typed(request, _shape(action.code))
    if form.value and await _is_fine(request, form, action) and form.value.do == "save":
        zone = await programs.zone_of(person.program.id, now)
        with form.blaming("form", RuleChanged):
            await revise(
                person.program,
                action.code,
                _values(form.value, action),
                opened=form.value.opened,
                starts_at=_begins(form.value, zone, now),
                by=person.member,
                now=now,
            )
            return _back(action)
    return await _page(request, person.program, action, form)


@allowed("change_rules")
async def look_ahead(request: web.Request) -> web.StreamResponse:
    """Answer what the values that stand in the form would mean; nothing is kept."""
    action = _action(request)
    form = await typed(request, _shape(action.code))
    if form.value:
        await _is_fine(request, form, action)
    return await _page(request, person_of(request).program, action, form, "rule_preview.html")


@allowed("change_rules")
async def call_off(request: web.Request) -> web.StreamResponse:
    """Let a planned version never come."""
    person, action = person_of(request), _action(request)
    form = await typed(request, WithdrawForm)
    if form.value is None:
        return await _page(request, person.program, action, None)
    await withdraw(
        person.program,
        action.code,
        form.value.version,
        opened=form.value.opened,
        by=person.member,
        now=now_of(request),
    )
    return _back(action)


async def _page(
    request: web.Request,
    program: Program,
    action: Action,
    form: Typed[RuleForm] | None,
    template: str = "rule.html",
) -> web.Response:
    now, spoken = now_of(request), translator(locale_of(request))
    zone = await programs.zone_of(program.id, now)
    standing = values_of((await read_rulebook(program.id)).version(action.code, now), action.code)
    versions = await versions_of(program.id, action.code, now=now)
    latest = max((version.rule.version for version in versions), default=0)
    if form is None:
        form = _standing(action, standing, latest)
    elif form.problem("form"):
        # They have been told; what they save next is what they want all the same.
        form.texts = {**form.texts, "opened": latest}
    tried = _values(form.value, action) if form.value and not form.problems else None
    found = await habits(program, action.code, now=now)
    return page(
        request,
        template,
        status=form.status,
        form=form,
        action=action,
        bounds=bounds,
        program=program,
        versions=versions,
        latest=latest,
        tried=tried is not None and tried != standing,
        seen=preview(found, standing, tried or standing),
        days=DAYS,
        assumed=ASSUMED_CUSTOMERS,
        lifetimes=[(code, spoken.text(words), "") for code, words in LIFETIMES.items()],
        tomorrow=_tomorrow(zone, now),
        zone=spoken.time_zone_name(zone, now),
        states=STATES,
        local=lambda at: at.astimezone(ZoneInfo(zone)),
        scope_word=lambda code: scope_word(spoken, code),
        lifetime_word=lambda values: lifetime_word(spoken, values),
        holding_word=lambda days: holding_word(spoken, days),
        changes_of=lambda version: changes_of(spoken, action, version),
        author_word=lambda author: author_word(spoken, author),
    )


async def _is_fine(request: web.Request, form: Typed[RuleForm], action: Action) -> bool:
    """Mark what is out of bounds; return whether nothing is."""
    value, now = form.value, now_of(request)
    assert value
    zone = await programs.zone_of(person_of(request).program.id, now)
    if value.starts == "at" and value.starts_at is None:
        form.problems["starts_at"] = Problem("Enter a date and a time.")
        return False
    begins = _begins(value, zone, now) or now
    return mark(
        form,
        [
            *problems(action.code, _values(value, action), today_in(zone, now)),
            *bounds.start("starts_at", begins, now),
        ],
        translator(locale_of(request)),
    )


def _values(form: RuleForm, action: Action) -> RuleValues:
    """Return what the form says; what belongs to another kind of lifetime is dropped."""
    kind = form.lifetime_kind
    return RuleValues(
        points=form.points,
        enabled=form.enabled,
        daily_cap=form.daily_cap,
        lifetime_kind=kind,
        lifetime_count=form.lifetime_count if kind in ("days", "months") else None,
        lifetime_on=form.lifetime_on if kind == "date" else None,
        holding_days=form.holding_days,
        settings={setting.code: getattr(form, setting.code) for setting in action.settings},
    )


def _begins(form: RuleForm, zone: str, now: datetime) -> datetime | None:
    if form.starts == "tomorrow":
        return start_of(_tomorrow(zone, now), zone)
    if form.starts == "at" and form.starts_at:
        return in_zone(form.starts_at, zone)
    return None


def _standing(action: Action, values: RuleValues, latest: int) -> Typed[RuleForm]:
    said = {name: getattr(values, name) for name in vars(values) if name != "settings"}
    return fresh(_shape(action.code), opened=latest, starts="now", **said, **values.settings)


def _tomorrow(zone: str, now: datetime) -> date:
    return today_in(zone, now) + timedelta(days=1)


def _action(request: web.Request) -> Action:
    code = request.match_info["action"]
    check_action(code)
    return ACTIONS[code]


def _back(action: Action) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{RULES}/{action.code}?saved=1"})


ROUTES: Final = (
    web.get(f"{RULES}/{{action}}", show),
    web.post(f"{RULES}/{{action}}", save),
    web.post(f"{RULES}/{{action}}/preview", look_ahead),
    web.post(f"{RULES}/{{action}}/withdraw", call_off),
)
