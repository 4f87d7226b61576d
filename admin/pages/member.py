"""One member of the team, or one service account: what they may do, and ending it."""

import re
from typing import Final
from uuid import UUID

from aiohttp import hdrs, web

from admin.auth.people import allowed, now_of, person_of
from admin.pages.forms import Form, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import TEAM
from admin.pages.security import PressedForm
from admin.pages.team import link_page, token_page
from admin.pages.words import role_choices
from domain.access import factors, invitations, staff, team, tokens
from domain.access.models import Staff
from domain.access.roles import Role
from domain.errors import NotFound, Refusal
from domain.programs import zone_of
from locales import translator
from web.errors import locale_of

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ONE: Final = f"{TEAM}/{{staff}}"


class RoleForm(Form):
    """Another role."""

    role: Role


class TokenForm(Form):
    """Which token is to be revoked."""

    token: str


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show one member."""
    return await _page(request, await _meant(request))


@allowed("manage_team")
async def change_role(request: web.Request) -> web.StreamResponse:
    """Give a member another role."""
    member = await _meant(request)
    form = await typed(request, RoleForm)
    if form.value:
        with form.blaming("role", Refusal):
            by = person_of(request).member
            await team.change_role(member, form.value.role, by=by, now=now_of(request))
            return _back(member, "role")
    return await _page(request, member, form)


@allowed("manage_team")
async def disable(request: web.Request) -> web.StreamResponse:
    """Shut a member out at once."""
    member = await _pressed(request)
    await team.disable(member, by=person_of(request).member, now=now_of(request))
    return _back(member, "disabled")


@allowed("manage_team")
async def enable(request: web.Request) -> web.StreamResponse:
    """Let a member in again."""
    member = await _pressed(request)
    await staff.enable(member, by=person_of(request).member, now=now_of(request))
    return _back(member, "enabled")


@allowed("manage_team")
async def end_sessions(request: web.Request) -> web.StreamResponse:
    """Sign a member out everywhere."""
    member = await _pressed(request)
    await team.end_sessions(member, by=person_of(request).member, now=now_of(request))
    return _back(member, "ended")


@allowed("manage_team")
async def reset_factor(request: web.Request) -> web.StreamResponse:
    """Let a member who lost phone and codes in without."""
    member = await _pressed(request)
    await factors.reset(member, by=person_of(request).member, now=now_of(request))
    return _back(member, "reset")


@allowed("manage_team")
async def invite_again(request: web.Request) -> web.StreamResponse:
    """Make another link for a member who has yet to come in, and show it this once."""
    member = await _pressed(request)
    by = person_of(request).member
    token = await invitations.invite_again(member, by=by, now=now_of(request))
    return link_page(request, token, member.name)


@allowed("manage_team")
async def issue_token(request: web.Request) -> web.StreamResponse:
    """Make another token of a service account, and show it this once."""
    account = await _pressed(request)
    by = person_of(request).member
    token = await tokens.another_token(account, by=by, now=now_of(request))
    return token_page(request, token, account.name)


@allowed("manage_team")
async def revoke_token(request: web.Request) -> web.StreamResponse:
    """Let a token open nothing from now on."""
    account = await _meant(request)
    form = await typed(request, TokenForm)
    token_id = _uuid(form.value.token if form.value else "")
    by = person_of(request).member
    await tokens.revoke_token(account, token_id, by=by, now=now_of(request))
    return _back(account, "revoked")


async def _page(
    request: web.Request, member: Staff, form: Typed[RoleForm] | None = None
) -> web.Response:
    person, now = person_of(request), now_of(request)
    found = [one for one in await team.people(member.program_id, now=now) if one.id == member.id]
    served = [one for one in await team.services(member.program_id) if one.id == member.id]
    form = form or fresh(RoleForm, role=member.role)
    return page(
        request,
        "member.html",
        status=form.status,
        form=form,
        member=member,
        colleague=found[0] if found else None,
        tokens=served[0].tokens if served else (),
        is_me=member.id == person.member.id,
        role_choices=role_choices(translator(locale_of(request))),
        place=f"{TEAM}/{member.id}",
        zone=await zone_of(person.program.id, now),
        now=now,
    )


async def _pressed(request: web.Request) -> Staff:
    await typed(request, PressedForm)
    return await _meant(request)


async def _meant(request: web.Request) -> Staff:
    staff_id = _uuid(request.match_info["staff"])
    return await team.member_of(person_of(request).program.id, staff_id)


def _uuid(text: str) -> UUID:
    if not _ID.fullmatch(text):
        raise NotFound
    return UUID(text)


def _back(member: Staff, said: str) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{TEAM}/{member.id}?done={said}"})


ROUTES: Final = (
    web.get(ONE, show),
    web.post(f"{ONE}/role", change_role),
    web.post(f"{ONE}/disabled", disable),
    web.post(f"{ONE}/enabled", enable),
    web.post(f"{ONE}/sessions/end", end_sessions),
    web.post(f"{ONE}/second-step/reset", reset_factor),
    web.post(f"{ONE}/invitation", invite_again),
    web.post(f"{ONE}/tokens", issue_token),
    web.post(f"{ONE}/tokens/revoked", revoke_token),
)
