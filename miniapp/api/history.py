"""What happened: movements, and friends."""

from dataclasses import asdict

from aiohttp import web

from domain.earning.entry import entry
from domain.ledger.standing import standing
from domain.ledger.statement import movements
from domain.referrals.invitations import invitations, links
from locales import translator
from miniapp.api.shapes import (
    FriendAnswer,
    LinksAnswer,
    MovementAnswer,
    MovementDetailAnswer,
    MovementsAnswer,
    Page,
    ReferralsAnswer,
    TotalsAnswer,
)
from miniapp.auth.visits import Visit, signed_in
from web.answers import answer
from web.bodies import read_query
from web.explaining import reasons
from web.openapi import Operation, operation


@operation(
    Operation(
        summary="My movements, newest first",
        answers={200: MovementsAnswer},
        query=Page,
        security=("session",),
    )
)
@signed_in
async def list_movements(visit: Visit) -> web.Response:
    asked = read_query(visit.request, Page)
    # What is due is posted first: the history never lacks what the balance already shows.
    await standing(visit.customer_id, now=visit.now)
    page = await movements(
        visit.customer_id, cursor=asked.cursor, limit=int(asked.limit), kind=asked.kind
    )
    lines = [MovementAnswer.model_validate(asdict(line)) for line in page.items]
    return answer(MovementsAnswer(items=lines, next=page.next))


@operation(
    Operation(
        summary="One of my movements, explained",
        answers={200: MovementDetailAnswer},
        security=("session",),
    )
)
@signed_in
async def show_movement(visit: Visit) -> web.Response:
    found = await entry(visit.customer_id, visit.item_id)
    spoken = translator((await visit.customer()).locale)
    facts = asdict(found) | {"balance_before": found.balance_before}
    return answer(MovementDetailAnswer(**facts, why=list(reasons(found, spoken))))


@operation(
    Operation(summary="My links and friends", answers={200: ReferralsAnswer}, security=("session",))
)
@signed_in
async def list_referrals(visit: Visit) -> web.Response:
    found = await invitations(visit.customer_id)
    ours = links(visit.program, found.code)
    return answer(
        ReferralsAnswer(
            links=LinksAnswer(bot=ours.bot, app=ours.app),
            totals=TotalsAnswer(
                pending=found.pending, completed=found.completed, cancelled=found.cancelled
            ),
            items=[FriendAnswer.model_validate(asdict(friend)) for friend in found.items],
        )
    )
