"""The program as anybody may see it."""

from aiohttp import web

from domain.programs import zone_of
from miniapp.api.shapes import ProgramAnswer
from miniapp.auth.visits import now_of, program_of
from web.answers import answer
from web.openapi import Operation, operation


@operation(Operation(summary="The program", answers={200: ProgramAnswer}))
async def show(request: web.Request) -> web.Response:
    program = await program_of(request)
    return answer(
        ProgramAnswer(
            slug=program.slug,
            name=program.name,
            time_zone=await zone_of(program.id, now_of(request)),
            currency=program.currency,
            terms_version=program.terms_version,
            brand=program.brand,
            terms=program.terms,
        )
    )
