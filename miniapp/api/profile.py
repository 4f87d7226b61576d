"""What customers say about themselves, want to hear of, and leaving."""

from aiohttp import web

from domain.customers.profile import profile
from domain.membership.choices import Changes, change_profile, choose_notices
from domain.membership.leaving import leave
from domain.notices.kinds import KINDS
from domain.notices.preferences import muted
from domain.notices.quiet import BEGIN, END
from locales import translator
from miniapp.api.shapes import (
    DepartureAnswer,
    Nothing,
    NoticeKindAnswer,
    NoticesAnswer,
    ProfileAnswer,
    ProfileChange,
    Wanted,
)
from miniapp.auth.visits import CHANNEL, Visit, signed_in
from web.answers import REPLAYED, answer
from web.bodies import read_json
from web.openapi import Operation, operation


@operation(
    Operation(
        summary="Change my birthday, once, or my language",
        answers={200: ProfileAnswer},
        refusals=(409,),
        body=ProfileChange,
        keyed=True,
        security=("session",),
    )
)
@signed_in
async def change(visit: Visit) -> web.Response:
    asked = await read_json(visit.request, ProfileChange)
    verdict = await change_profile(
        visit.customer_id,
        Changes(birthday=asked.day, locale=asked.locale),
        now=visit.now,
        request=visit.request_key(asked),
    )
    own = await profile(visit.customer_id)
    made = ProfileAnswer(name=own.name, locale=own.locale, birthday=own.birthday)
    return _replayed(answer(made), verdict.replayed)


@operation(
    Operation(summary="What I want to hear of", answers={200: NoticesAnswer}, security=("session",))
)
@signed_in
async def list_notices(visit: Visit) -> web.Response:
    return answer(await _notices(visit))


@operation(
    Operation(
        summary="Hear of some kinds of messages, or not",
        answers={200: NoticesAnswer},
        body=Wanted,
        keyed=True,
        security=("session",),
    )
)
@signed_in
async def choose(visit: Visit) -> web.Response:
    asked = await read_json(visit.request, Wanted)
    verdict = await choose_notices(
        visit.customer_id, asked.wanted, now=visit.now, request=visit.request_key(asked)
    )
    return _replayed(answer(await _notices(visit)), verdict.replayed)


@operation(
    Operation(
        summary="Leave the program; every session of mine ends",
        answers={201: DepartureAnswer},
        refusals=(409,),
        body=Nothing,
        keyed=True,
        security=("session",),
    )
)
@signed_in
async def depart(visit: Visit) -> web.Response:
    key = visit.request_key()
    await read_json(visit.request, Nothing)
    verdict = await leave(
        visit.program, visit.customer_id, channel=CHANNEL, now=visit.now, request=key
    )
    return await visit.answered(verdict, DepartureAnswer)


async def _notices(visit: Visit) -> NoticesAnswer:
    spoken = translator((await visit.customer()).locale)
    unwanted = await muted(visit.customer_id)
    return NoticesAnswer(
        quiet_from=BEGIN,
        quiet_to=END,
        items=[
            NoticeKindAnswer(
                kind=kind.code,
                label=spoken.text(kind.label),
                is_marketing=kind.is_marketing,
                can_mute=kind.can_mute,
                wanted=kind.code not in unwanted,
            )
            for kind in KINDS.values()
        ],
    )


def _replayed(response: web.Response, is_repeat: bool) -> web.Response:
    if is_repeat:
        response.headers[REPLAYED] = "true"
    return response
