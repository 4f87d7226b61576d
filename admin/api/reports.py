"""Reports as JSON: the same verbs and figures as the pages."""

from aiohttp import web

from admin.api.answers import loyalty_answer, movements_answer, referrals_answer
from admin.api.shapes import (
    LoyaltyAnswer,
    LoyaltyQuery,
    MovementsAnswer,
    MovementsQuery,
    Ranged,
    ReferralsAnswer,
    ReferralsQuery,
)
from admin.auth.people import allowed, person_of
from admin.exports import send_loyalty
from domain.errors import NotFound
from domain.programs import Program
from domain.reporting.customer_loyalty import customer_loyalty
from domain.reporting.movements import KINDS, Question, movements_of
from domain.reporting.periods import Period, period, zone_name
from domain.reporting.referrals import referrals_of
from web.answers import answer
from web.bodies import read_query
from web.keys import CLOCK
from web.openapi import Operation, operation

_SECURITY = ("session", "token")


@operation(
    Operation(
        summary="Customer Loyalty",
        answers={200: LoyaltyAnswer},
        refusals=(403,),
        query=LoyaltyQuery,
        security=_SECURITY,
    )
)
@allowed("read_reports")
async def show_loyalty(request: web.Request) -> web.StreamResponse:
    asked = read_query(request, LoyaltyQuery)
    program, wanted = _meant(request, asked)
    if asked.format == "csv":
        return await send_loyalty(request, wanted)
    now = request.config_dict[CLOCK].now()
    report = await customer_loyalty(program, wanted)
    zone = await zone_name(program.id, wanted.zone, now=now)
    return answer(loyalty_answer(report, program, zone))


@operation(
    Operation(
        summary="The movements behind a figure",
        answers={200: MovementsAnswer},
        refusals=(403,),
        query=MovementsQuery,
        security=_SECURITY,
    )
)
@allowed("read_reports")
async def list_movements(request: web.Request) -> web.StreamResponse:
    asked = read_query(request, MovementsQuery)
    program, wanted = _meant(request, asked)
    question = Question(
        kinds=tuple(asked.kind.split(",")) if asked.kind else KINDS,
        action=asked.action,
        on=asked.on,
        through=asked.through,
        customer_id=asked.customer,
    )
    found = await movements_of(
        program, wanted, question, cursor=asked.cursor, limit=int(asked.limit)
    )
    return answer(movements_answer(found, program.id))


@operation(
    Operation(
        summary="The referrals behind a figure",
        answers={200: ReferralsAnswer},
        refusals=(403,),
        query=ReferralsQuery,
        security=_SECURITY,
    )
)
@allowed("read_reports")
async def list_referrals(request: web.Request) -> web.StreamResponse:
    asked = read_query(request, ReferralsQuery)
    program, wanted = _meant(request, asked)
    found = await referrals_of(
        program, wanted, referrer_id=asked.customer, cursor=asked.cursor, limit=int(asked.limit)
    )
    return answer(referrals_answer(found))


def _meant(request: web.Request, asked: Ranged) -> tuple[Program, Period]:
    """Return the program and the period that are meant; another program is not found."""
    program = person_of(request).program
    if asked.program not in (None, program.slug):
        raise NotFound
    return program, period(asked.from_, asked.to, asked.zone)
