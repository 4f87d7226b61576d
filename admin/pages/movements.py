"""The drill-downs: the movements behind a figure, and the referrals behind another."""

import re
from dataclasses import replace
from typing import Final
from uuid import UUID

from aiohttp import web

from admin.auth.people import allowed, person_of
from admin.pages.layout import page
from admin.pages.places import LOYALTY, REFERRALS, movements_place, report_place
from admin.pages.ranges import chosen, day
from admin.pages.words import actor_word, figure_word, kind_word, section_word
from domain.customers.enrolment import by_id
from domain.errors import InvalidInput, NotFound
from domain.programs import Program
from domain.reporting.movements import KINDS, Question, movements_of
from domain.reporting.periods import Period
from domain.reporting.referrals import referrals_of
from locales import Translator, translator
from web.errors import locale_of

ROWS: Final = 50
_ACTION: Final = re.compile(r"[a-z_]{2,40}")


@allowed("read_reports")
async def show(request: web.Request) -> web.StreamResponse:
    """List the movements that a figure is the sum of."""
    program = person_of(request).program
    choice = await chosen(request)
    question = asked(request)
    customer = await _customer(program, question.customer_id)
    found = await movements_of(
        program, choice.period, question, cursor=request.query.get("cursor"), limit=ROWS
    )
    spoken = translator(locale_of(request))
    return page(
        request,
        "movements.html",
        choice=choice,
        question=question,
        found=found,
        title=_title(spoken, question),
        days=_days(spoken, choice.period, question),
        customer=customer,
        kind_word=lambda kind: kind_word(spoken, kind),
        figure_word=lambda row: figure_word(spoken, row.kind, row.action),
        actor_word=lambda row: actor_word(spoken, row.actor, row.actor_name),
        report_place=report_place(LOYALTY, choice.period),
        first_place=movements_place(choice.period, question),
        next_place=movements_place(choice.period, question, cursor=found.next),
        narrowed=lambda customer_id: movements_place(choice.period, _about(question, customer_id)),
        everybody_place=movements_place(choice.period, _about(question, None)),
    )


@allowed("read_reports")
async def show_referrals(request: web.Request) -> web.StreamResponse:
    """List the referrals that a figure counts, each with the movements that paid for it."""
    program = person_of(request).program
    choice = await chosen(request)
    referrer_id = _uuid(request.query.get("customer"))
    customer = await _customer(program, referrer_id)
    found = await referrals_of(
        program,
        choice.period,
        referrer_id=referrer_id,
        cursor=request.query.get("cursor"),
        limit=ROWS,
    )
    spoken = translator(locale_of(request))
    return page(
        request,
        "referrals.html",
        choice=choice,
        found=found,
        title=spoken.text("Completed referrals"),
        days=_days(spoken, choice.period),
        customer=customer,
        action_word=lambda action: figure_word(spoken, "earned", action),
        report_place=report_place(LOYALTY, choice.period),
        first_place=report_place(REFERRALS, choice.period, customer=referrer_id),
        everybody_place=report_place(REFERRALS, choice.period),
        next_place=report_place(REFERRALS, choice.period, customer=referrer_id, cursor=found.next),
    )


def asked(request: web.Request) -> Question:
    """Read from the address which movements are meant; raises InvalidInput."""
    query = request.query
    kinds = tuple(kind for kind in query.get("kind", "").split(",") if kind) or KINDS
    action, on, through = query.get("action") or None, query.get("on"), query.get("through")
    if action and not _ACTION.fullmatch(action):
        raise InvalidInput("unknown action")
    return Question(
        kinds=kinds,
        action=action,
        on=day(on) if on else None,
        through=day(through) if through else None,
        customer_id=_uuid(query.get("customer")),
    )


def _title(spoken: Translator, question: Question) -> str:
    if question.action and len(question.kinds) == 1:
        return figure_word(spoken, question.kinds[0], question.action)
    return (
        spoken.text("All movements")
        if question.kinds == KINDS
        else section_word(spoken, question.kinds)
    )


def _days(spoken: Translator, period: Period, question: Question | None = None) -> str:
    """Write the days that are counted, as a range or as one day."""
    on, through = (question.on, question.through) if question else (None, None)
    first, last = on or period.first, through or on or period.last
    days = (spoken.date(first), spoken.date(last))
    return days[0] if first == last else " – ".join(days)


def _about(question: Question, customer_id: UUID | None) -> Question:
    return replace(question, customer_id=customer_id)


async def _customer(program: Program, customer_id: UUID | None) -> str | None:
    """Name the customer that the question is about; NotFound if it is none of this program."""
    if customer_id is None:
        return None
    customer = await by_id(customer_id)
    if customer.program_id != program.id:
        raise NotFound
    return customer.name


def _uuid(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("a customer is named by its id") from None
