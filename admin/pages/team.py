"""The team: who works here, invitations, and service accounts."""

from typing import Any, Final

from aiohttp import web

from admin.auth.people import allowed, now_of, person_of
from admin.pages.forms import Form, Line, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import SIGN_IN, TEAM
from admin.pages.words import role_choices
from domain.access import invitations, team
from domain.access.roles import Role
from domain.access.staff import LoginTaken
from domain.access.tokens import issue_token
from domain.errors import InvalidInput
from domain.programs import zone_of
from locales import translator
from web.errors import locale_of
from web.keys import CONFIG


class InvitationForm(Form):
    """Who is invited, and what they may do."""

    name: Line
    login: Line
    role: Role


class ServiceForm(Form):
    """A script's name, and what it may do."""

    name: Line
    service_role: Role


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """List the team."""
    return await _page(request)


@allowed("manage_team")
async def invite(request: web.Request) -> web.StreamResponse:
    """Make a member, and show their link this once."""
    person = person_of(request)
    form = await typed(request, InvitationForm)
    if form.value:
        with form.blaming("login", LoginTaken), form.blaming("login", InvalidInput):
            token = await invitations.invite(
                person.program,
                login=form.value.login,
                name=form.value.name,
                role=form.value.role,
                by=person.member,
                now=now_of(request),
            )
            return link_page(request, token, form.value.name)
    return await _page(request, invitation=form)


@allowed("manage_team")
async def add_service(request: web.Request) -> web.StreamResponse:
    """Make a service account, and show its first token this once."""
    person = person_of(request)
    form = await typed(request, ServiceForm)
    if form.value:
        with form.blaming("name", LoginTaken), form.blaming("name", InvalidInput):
            token = await issue_token(
                person.program,
                form.value.name,
                now_of(request),
                role=form.value.service_role,
                by=person.member,
            )
            return token_page(request, token, form.value.name)
    return await _page(request, service=form)


def link_page(request: web.Request, token: str, name: str) -> web.Response:
    """Show an invitation's link, the only time that it is known."""
    link = f"{request.config_dict[CONFIG].public_url}{SIGN_IN}#{token}"
    return page(request, "shown_once.html", kind="link", secret=link, name=name)


def token_page(request: web.Request, token: str, name: str) -> web.Response:
    """Show a service account's token, the only time that it is known."""
    return page(request, "shown_once.html", kind="token", secret=token, name=name)


async def _page(
    request: web.Request,
    *,
    invitation: Typed[InvitationForm] | None = None,
    service: Typed[ServiceForm] | None = None,
) -> web.Response:
    program, now = person_of(request).program, now_of(request)
    forms: tuple[Typed[Any], Typed[Any]] = (
        invitation or fresh(InvitationForm, role="manager"),
        service or fresh(ServiceForm, service_role="analyst"),
    )
    return page(
        request,
        "team.html",
        status=max(form.status for form in forms),
        invitation=forms[0],
        service=forms[1],
        people=await team.people(program.id, now=now),
        services=await team.services(program.id),
        role_choices=role_choices(translator(locale_of(request))),
        zone=await zone_of(program.id, now),
        now=now,
    )


ROUTES: Final = (
    web.get(TEAM, show),
    web.post(f"{TEAM}/invitations", invite),
    web.post(f"{TEAM}/services", add_service),
)
