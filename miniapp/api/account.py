"""Signing in and out, joining, and where one stands."""

from aiohttp import web

from domain.access.sessions import revoke
from domain.customers.models import Customer
from domain.earning.check_in import week
from domain.earning.registration import register
from domain.ledger.standing import standing
from miniapp.api.shapes import (
    CustomerAnswer,
    ExpiringAnswer,
    MeAnswer,
    Registration,
    RegistrationAnswer,
    SessionAnswer,
    StreakAnswer,
)
from miniapp.auth.sign_in import Start, sign_in
from miniapp.auth.visits import CHANNEL, Visit, program_of, signed_in
from web.answers import answer
from web.bodies import read_json
from web.openapi import Operation, operation


@operation(
    Operation(
        summary="Sign in",
        answers={200: SessionAnswer},
        body=Start,
        security=("telegram", "link", "code"),
    )
)
async def start_session(request: web.Request) -> web.Response:
    program = await program_of(request)
    start = await read_json(request, Start)
    signed = await sign_in(request, program, start)
    return answer(
        SessionAnswer(
            token=signed.opened.token,
            expires_at=signed.opened.session.expires_at,
            customer=described(signed.arrival.customer),
        )
    )


@operation(Operation(summary="Sign out", answers={204: None}, security=("session",)))
@signed_in
async def end_session(visit: Visit) -> web.Response:
    await revoke(visit.session, now=visit.now)
    return web.Response(status=204)


@operation(
    Operation(
        summary="Accept the terms and join",
        answers={201: RegistrationAnswer},
        refusals=(409,),
        body=Registration,
        keyed=True,
        security=("session",),
    )
)
@signed_in
async def join(visit: Visit) -> web.Response:
    asked = await read_json(visit.request, Registration)
    verdict = await register(
        visit.program,
        visit.customer_id,
        terms_version=asked.terms_version,
        channel=CHANNEL,
        now=visit.now,
        request=visit.request_key(asked),
    )
    return await visit.answered(verdict, RegistrationAnswer)


@operation(Operation(summary="Where I stand", answers={200: MeAnswer}, security=("session",)))
@signed_in
async def me(visit: Visit) -> web.Response:
    customer = await visit.customer()
    account = await standing(customer.customer_id, now=visit.now)
    logins = await week(visit.program, customer.customer_id, now=visit.now)
    return answer(
        MeAnswer(
            customer=described(customer),
            balance=account.balance,
            pending=account.pending,
            held=account.held,
            debt=account.debt,
            expiring=[
                ExpiringAnswer(amount=lot.amount, expires_at=lot.expires_at)
                for lot in account.expiring
            ],
            streak=StreakAnswer(days=logins.streak_days, claimed_today=logins.claimed_today),
        )
    )


def described(customer: Customer) -> CustomerAnswer:
    """Return a customer as their own page may know them."""
    return CustomerAnswer(
        id=customer.customer_id,
        name=customer.name,
        locale=customer.locale,
        registered=customer.registered_at is not None,
    )
