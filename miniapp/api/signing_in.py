"""Letting a browser outside the chat in, by a word in the chat."""

from aiohttp import web

from miniapp.api.shapes import CodeAnswer, CodeStateAnswer
from miniapp.auth.codes import open_door, state_of
from miniapp.auth.visits import program_of
from web.answers import answer
from web.openapi import Operation, operation


@operation(
    Operation(
        summary="Ask to be let in by a word in the chat",
        answers={201: CodeAnswer},
        refusals=(409,),
    )
)
async def ask(request: web.Request) -> web.Response:
    door = await open_door(request, await program_of(request))
    return answer(
        CodeAnswer(
            token=door.token,
            number=door.asked.number,
            link=door.link,
            expires_at=door.asked.expires_at,
        ),
        status=201,
    )


@operation(
    Operation(
        summary="How far my question in the chat is",
        answers={200: CodeStateAnswer},
        security=("code",),
    )
)
async def show(request: web.Request) -> web.Response:
    found = await state_of(request, await program_of(request))
    return answer(CodeStateAnswer(state=found))
