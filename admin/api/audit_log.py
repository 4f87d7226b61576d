"""The audit log as JSON."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from admin.api.shapes import Cursor, IsoDay, Rows, Slug
from admin.auth.people import allowed, person_of
from domain.access import audit_log, team
from domain.access.audit_log import Wanted
from domain.errors import NotFound
from web.answers import answer
from web.bodies import Body, read_query
from web.keys import CLOCK
from web.openapi import Operation, operation

_Actor = Annotated[str, StringConstraints(pattern=r"^(operator|stranger|staff:[0-9a-f-]{36})$")]
_Act = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]


class AuditQuery(Body):
    """Which acts are meant; the days are the program's, both included."""

    program: Slug | None = None
    actor: _Actor | None = None
    act: _Act | None = None
    from_: IsoDay | None = Field(default=None, alias="from")
    to: IsoDay | None = None
    cursor: Cursor | None = None
    limit: Rows = "50"
    format: Literal["json"] = "json"


class ActAnswer(BaseModel):
    """One act. `actor` is `staff:` and an id, `operator` or `stranger`; facts depend on the act."""

    id: UUID
    actor: str
    actor_name: str | None
    act: str
    facts: dict[str, Any]
    address: str | None
    recorded_at: datetime


class AuditAnswer(BaseModel):
    """Some acts, the newest first."""

    rows: list[ActAnswer]
    next: str | None


@operation(
    Operation(
        summary="The audit log: what the staff did",
        answers={200: AuditAnswer},
        refusals=(403,),
        query=AuditQuery,
        security=("session", "token"),
    )
)
@allowed("read_audit_log")
async def list_acts(request: web.Request) -> web.StreamResponse:
    asked = read_query(request, AuditQuery)
    program = person_of(request).program
    if asked.program not in (None, program.slug):
        raise NotFound
    found = await audit_log.read(
        program.id,
        Wanted(actor=asked.actor, act=asked.act, first=asked.from_, last=asked.to),
        cursor=asked.cursor,
        limit=int(asked.limit),
        now=request.config_dict[CLOCK].now(),
    )
    names = {f"staff:{staff_id}": name for staff_id, name in (await team.names(program.id)).items()}
    rows = [ActAnswer(**vars(entry), actor_name=names.get(entry.actor)) for entry in found.entries]
    return answer(AuditAnswer(rows=rows, next=found.next))


ROUTES: Final = (web.get("/admin/api/v1/audit-log", list_acts),)
