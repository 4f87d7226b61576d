"""Ways to earn, claims, and why a claim was paid or not."""

from typing import Final, Literal

from aiohttp import web

from domain.earning.claims import claim
from domain.earning.decisions import decisions
from domain.earning.offers import offers
from locales import translator
from miniapp.api.shapes import (
    Claim,
    ClaimAnswer,
    DecisionAnswer,
    DecisionsAnswer,
    OfferAnswer,
    OffersAnswer,
)
from miniapp.auth.visits import CHANNEL, Visit, signed_in
from web.answers import answer, said_of
from web.bodies import read_json
from web.openapi import Operation, operation

Limit = Literal["once", "once_a_day", "once_per_friend", "once_per_document"]
_LIMITS: Final[dict[str, Limit]] = {
    "ever": "once",
    "business_date": "once_a_day",
    "referee": "once_per_friend",
    "source": "once_per_document",
}


@operation(Operation(summary="Ways to earn", answers={200: OffersAnswer}, security=("session",)))
@signed_in
async def list_actions(visit: Visit) -> web.Response:
    customer = await visit.customer()
    spoken = translator(customer.locale)
    found = await offers(visit.program, customer, now=visit.now)
    return answer(
        OffersAnswer(
            items=[
                OfferAnswer(
                    action=offer.action.code,
                    label=spoken.text(offer.action.label),
                    hint=spoken.text(offer.action.hint),
                    points=offer.points,
                    limit=_LIMITS[offer.action.scope],
                    state=offer.state,
                    until=offer.until,
                    claimed=offer.claimed,
                    claimable=offer.action.claimable,
                )
                for offer in found
            ]
        )
    )


@operation(
    Operation(
        summary="Claim the points for an action",
        answers={201: ClaimAnswer},
        refusals=(409, 422),
        body=Claim,
        keyed=True,
        security=("session",),
    )
)
@signed_in
async def claim_action(visit: Visit) -> web.Response:
    asked = await read_json(visit.request, Claim)
    verdict = await claim(
        visit.program,
        visit.customer_id,
        visit.request.match_info["action"],
        evidence=asked.evidence,
        channel=CHANNEL,
        now=visit.now,
        request=visit.request_key(asked),
    )
    return await visit.answered(verdict, ClaimAnswer)


@operation(
    Operation(
        summary="My latest attempts to earn", answers={200: DecisionsAnswer}, security=("session",)
    )
)
@signed_in
async def list_decisions(visit: Visit) -> web.Response:
    spoken = translator((await visit.customer()).locale)
    found = await decisions(visit.customer_id)
    return answer(
        DecisionsAnswer(
            items=[
                DecisionAnswer(
                    action=decision.action,
                    verdict=decision.verdict,
                    message=spoken.text(said_of(decision.verdict)),
                    rule_version=decision.rule_version,
                    facts=decision.facts,
                    decided_at=decision.decided_at,
                )
                for decision in found
            ]
        )
    )
