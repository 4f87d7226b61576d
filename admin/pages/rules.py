"""Rules: what every action gives now, and how many referrals are paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web

from admin.auth.people import allowed, person_of
from admin.pages.forms import Form, Typed, Whole, fresh, typed
from admin.pages.layout import page
from admin.pages.marking import mark
from admin.pages.places import RULES
from admin.pages.rule_words import holding_word, lifetime_word, scope_word
from domain import programs
from domain.earning.actions import ACTIONS, Action
from domain.earning.campaigns import campaigns_of
from domain.earning.rule_values import RuleValues, values_of
from domain.earning.rules import Rulebook, read_rulebook
from domain.programs import Program
from domain.setup import referral_limits
from domain.setup.referral_limits import ReferralLimits
from locales import translator
from web.errors import locale_of
from web.keys import CLOCK

PAID: Final = tuple(action for action in ACTIONS.values() if action.points)


class LimitsForm(Form):
    """How many referrals a customer is paid for."""

    referral_daily_cap: Whole
    referral_weekly_cap: Whole
    referral_hold_days: Whole


@dataclass(frozen=True)
class Line:
    """An action and the rule in force; `changes_at` is when a planned version takes its place."""

    action: Action
    values: RuleValues
    is_on: bool
    changes_at: datetime | None


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show what every action gives."""
    program = person_of(request).program
    return await _page(request, program, _standing(program))


@allowed("change_rules")
async def limit(request: web.Request) -> web.StreamResponse:
    """Change how many referrals are paid."""
    person = person_of(request)
    form = await typed(request, LimitsForm)
    if form.value:
        wanted = ReferralLimits(**form.value.model_dump(exclude={"csrf"}))
        spoken = translator(locale_of(request))
        if mark(form, referral_limits.problems(wanted), spoken):
            now = request.config_dict[CLOCK].now()
            await referral_limits.change_referral_limits(
                person.program, wanted, by=person.member, now=now
            )
            return web.Response(status=303, headers={hdrs.LOCATION: f"{RULES}?saved=1"})
    return await _page(request, person.program, form)


async def _page(request: web.Request, program: Program, form: Typed[LimitsForm]) -> web.Response:
    now = request.config_dict[CLOCK].now()
    spoken = translator(locale_of(request))
    zone = ZoneInfo(await programs.zone_of(program.id, now))
    book = await read_rulebook(program.id)
    return page(
        request,
        "rules.html",
        status=form.status,
        form=form,
        lines=[_line(book, action, now) for action in PAID],
        running=[s for s in await campaigns_of(program, now=now) if s.state == "running"],
        local=lambda at: at.astimezone(zone),
        scope_word=lambda code: scope_word(spoken, code),
        lifetime_word=lambda values: lifetime_word(spoken, values),
        holding_word=lambda days: holding_word(spoken, days),
    )


def _line(book: Rulebook, action: Action, now: datetime) -> Line:
    values = values_of(book.version(action.code, now), action.code)
    coming = sorted({r.valid_from for r in book.rules if r.action == action.code} - {now})
    changes_at = next(
        (
            at
            for at in coming
            if at > now and values_of(book.version(action.code, at), action.code) != values
        ),
        None,
    )
    is_on = book.rule(action.code, now) is not None and values.points > 0
    return Line(action, values, is_on, changes_at)


def _standing(program: Program) -> Typed[LimitsForm]:
    names = set(LimitsForm.model_fields) - {"csrf"}
    return fresh(LimitsForm, **{name: getattr(program, name) for name in names})


ROUTES: Final = (web.get(RULES, show), web.post(f"{RULES}/limits", limit))
