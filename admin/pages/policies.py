"""Settings / Policies: when a referral counts, what a missing point means, what is kept."""

from typing import Annotated, Final, Literal

from aiohttp import hdrs, web
from pydantic import Field

from admin.auth.people import allowed, person_of
from admin.pages.forms import Form, OrNone, Whole, fresh, typed
from admin.pages.layout import page
from admin.pages.places import POLICIES
from domain.setup import policies
from domain.setup.policies import Policies
from web.keys import CLOCK


class PoliciesForm(Form):
    """The program's choices, as `domain.setup.policies` bounds them."""

    qualifying_act: Literal["register", "purchase"]
    debt_policy: Literal["allow_negative", "clamp"]
    grace_days: Annotated[Annotated[Whole, Field(ge=1, le=365)] | None, OrNone] = None
    update_retention_days: Annotated[Whole, Field(ge=2, le=365)]
    decision_retention_days: Annotated[Whole, Field(ge=30, le=3650)]


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show the program's policies."""
    program = person_of(request).program
    names = set(PoliciesForm.model_fields) - {"csrf"}
    standing = fresh(PoliciesForm, **{name: getattr(program, name) for name in names})
    return page(request, "policies.html", form=standing)


@allowed("change_settings")
async def save(request: web.Request) -> web.StreamResponse:
    """Change them for what happens from now on."""
    person = person_of(request)
    form = await typed(request, PoliciesForm)
    if form.value is None:
        return page(request, "policies.html", status=form.status, form=form)
    wanted = Policies(**form.value.model_dump(exclude={"csrf"}))
    now = request.config_dict[CLOCK].now()
    await policies.change_policies(person.program, wanted, by=person.member, now=now)
    return web.Response(status=303, headers={hdrs.LOCATION: f"{POLICIES}?saved=1"})


ROUTES: Final = (web.get(POLICIES, show), web.post(POLICIES, save))
