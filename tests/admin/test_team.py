"""The team page: who works here, and what an owner may do about it."""

import html
import re

import pytest

from domain import db
from domain.access import factors, staff_sessions, tokens
from domain.access.models import Staff
from domain.access.sessions import SignInRequired, hash_of
from domain.access.staff_sessions import session_of
from tests.admin.desk import REPORT, Desk, acts
from tests.domain.access.people import Device, with_factor
from tests.factories import a_program

TEAM = "/admin/team"


async def invited(desk: Desk, **fields: str) -> str:
    """Invite somebody, and return the token of their link."""
    await desk.get(TEAM)
    values = {"name": "Quốc Bảo", "login": "bao", "role": "manager", **fields}
    assert await desk.submit(f"{TEAM}/invitations", **values) == 200
    return shown(desk)


def shown(desk: Desk) -> str:
    found = re.search(r"<textarea[^>]*>([^<]+)</textarea>", desk.html)
    assert found
    return html.unescape(found[1]).rpartition("#")[2]


async def test_an_owner_invites_somebody_who_comes_in_and_chooses_how(desk: Desk) -> None:
    await desk.sign_in()
    token = await invited(desk)
    assert f"https://loyalty.example/admin/sign-in#{token}" in html.unescape(desk.html)
    await desk.get(TEAM)
    assert token not in desk.html
    assert "Đã mời" in desk.html
    assert [act for act, _ in await acts()][-2:] == ["staff_created", "staff_invited"]
    desk.browser.session.cookie_jar.clear()

    assert await desk.post("/admin/sign-in/link", {"token": token}) == 303

    assert desk.headers["Location"] == "/admin/security?welcome=1"
    assert await desk.get(desk.headers["Location"]) == 200
    assert await desk.post("/admin/sign-in/link", {"token": token}) == 401


async def test_another_link_kills_the_one_before(desk: Desk) -> None:
    await desk.sign_in()
    first = await invited(desk)
    member = await Staff.get(login="bao")
    await desk.get(f"{TEAM}/{member.id}")

    assert await desk.submit(f"{TEAM}/{member.id}/invitation") == 200

    second = shown(desk)
    desk.browser.session.cookie_jar.clear()
    assert await desk.post("/admin/sign-in/link", {"token": first}) == 401
    assert await desk.post("/admin/sign-in/link", {"token": second}) == 303


@pytest.mark.parametrize(
    "wrong",
    [{"login": "taken"}, {"login": "a b"}, {"name": ""}, {"role": "root"}, {"login": "=cmd"}],
)
async def test_what_was_typed_stands_beside_what_is_wrong(
    desk: Desk, wrong: dict[str, str]
) -> None:
    await desk.sign_in(login="taken")
    await desk.get(TEAM)
    values = {"name": "Quốc Bảo", "login": "bao", "role": "manager", **wrong}

    assert await desk.submit(f"{TEAM}/invitations", **values) == 422

    assert 'aria-invalid="true"' in desk.html or "wrong" in desk.html
    assert values["login"] in desk.html
    assert await Staff.all().count() == 1


async def test_roles_are_changed_and_people_shut_out_at_once(desk: Desk) -> None:
    """A7."""
    await desk.sign_in()
    member = await desk.a_member("manager", name="Quốc Bảo")
    place = f"{TEAM}/{member.id}"
    token = await staff_sessions.open_session(member, now=desk.now)
    await desk.get(place)

    assert await desk.submit(f"{place}/role", role="analyst") == 303
    assert (await Staff.get(id=member.id)).role == "analyst"
    assert (await acts())[-1] == (
        "role_changed",
        {"staff": str(member.id), "before": "manager", "after": "analyst"},
    )
    with pytest.raises(SignInRequired):
        await session_of(token, now=desk.now)
    await desk.get(place)
    assert await desk.submit(f"{place}/disabled") == 303
    assert (await Staff.get(id=member.id)).disabled_at is not None
    await desk.get(place)
    assert await desk.submit(f"{place}/enabled") == 303

    assert (await Staff.get(id=member.id)).disabled_at is None
    assert [act for act, _ in await acts()][-2:] == ["staff_disabled", "staff_enabled"]


async def test_nobody_changes_themselves(desk: Desk) -> None:
    me = await desk.sign_in()
    await desk.a_member("owner")
    place = f"{TEAM}/{me.id}"
    await desk.get(place)
    assert f'action="{place}/disabled"' not in desk.html

    assert await desk.submit(f"{place}/role", role="cashier") == 422
    await desk.get(place)
    assert await desk.submit(f"{place}/disabled") == 409

    assert (await Staff.get(id=me.id)).role == "owner"


async def test_a_script_is_no_owner_of_people(desk: Desk) -> None:
    """A token opens the API; who works here is for a person to decide."""
    owner = await desk.a_member("owner", name="Lan")
    token = await tokens.issue_token(desk.program, "robot", desk.now)
    headers = {"Authorization": f"Bearer {token}"}

    for path, fields in (("disabled", {}), ("role", {"role": "cashier"})):
        assert await desk.post(f"{TEAM}/{owner.id}/{path}", fields, headers=headers) == 401

    kept = await Staff.get(id=owner.id)
    assert (kept.role, kept.disabled_at) == ("owner", None)


async def test_an_owner_ends_sessions_and_resets_a_lost_second_step(desk: Desk) -> None:
    await desk.sign_in()
    member = await desk.a_member("manager", name="Quốc Bảo")
    await with_factor(member, desk.program)
    token = await staff_sessions.open_session(member, now=desk.now)
    place = f"{TEAM}/{member.id}"
    await desk.get(place)

    assert await desk.submit(f"{place}/sessions/end") == 303
    with pytest.raises(SignInRequired):
        await session_of(token, now=desk.now)
    await desk.get(place)
    assert await desk.submit(f"{place}/second-step/reset") == 303

    assert [act for act, _ in await acts()][-2:] == ["sessions_ended", "factor_reset"]
    await desk.get(place)
    assert f'action="{place}/second-step/reset"' not in desk.html


@pytest.mark.parametrize("role", ["manager", "analyst"])
async def test_who_may_only_look_reads_whom_to_ask(desk: Desk, role: str) -> None:
    """A2: shown as it is enforced."""
    owner = await desk.a_member("owner", name="Chị Lan Anh")
    await desk.sign_in(role, name="Quốc Bảo")

    for place in (TEAM, f"{TEAM}/{owner.id}"):
        assert await desk.get(place) == 200
        assert "Hãy nhờ Chị Lan Anh" in desk.html
        assert "disabled" in desk.html
    values = {"name": "x", "login": "new", "role": "owner"}
    assert await desk.submit(f"{TEAM}/invitations", **values) == 403
    assert await desk.submit(f"{TEAM}/{owner.id}/disabled") == 403
    assert await desk.submit(f"{TEAM}/services", name="robot", service_role="owner") == 403

    assert await Staff.all().count() == 2


async def test_a_service_account_gets_tokens_that_are_shown_once_and_revoked(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get(TEAM)
    assert await desk.submit(f"{TEAM}/services", name="nightly", service_role="analyst") == 200
    first = shown(desk)
    account = await Staff.get(login="nightly")
    place = f"{TEAM}/{account.id}"
    await desk.get(place)
    assert first not in desk.html
    assert await desk.submit(f"{place}/tokens") == 200
    second = shown(desk)
    report = "/admin/api/v1/reports/customer-loyalty?from=2026-03-01&to=2026-03-02"
    bearers = [{"Authorization": f"Bearer {token}"} for token in (first, second)]
    assert [await desk.get(report, headers=one) for one in bearers] == [200, 200]

    await desk.get(place)
    row = re.search(
        rf"…{re.escape(first[-4:])}.*?name=\"token\" value=\"([^\"]+)\"", desk.html, re.DOTALL
    )
    assert row
    assert await desk.submit(f"{place}/tokens/revoked", token=row[1]) == 303

    assert [await desk.get(report, headers=one) for one in bearers] == [401, 200]


async def test_nobody_is_given_a_token_that_acts_as_a_person(desk: Desk) -> None:
    """What a person did is done by that person: the audit log says so."""
    await desk.sign_in()
    person = await desk.a_member("manager")
    await desk.get(TEAM)

    assert await desk.post(f"{TEAM}/{person.id}/tokens", {"csrf": desk.csrf}) == 404

    async with db.reading() as connection:
        assert await connection.fetchval("select count(*) from admin_token") == 0


async def test_no_owner_is_rid_of_their_own_second_step_without_a_code(desk: Desk) -> None:
    """Whoever got hold of a session would otherwise need no device for the next one."""
    owner = await desk.sign_in()
    await factors.set_up(owner, now=desk.now)
    setup = await factors.waiting(owner, desk.program)
    assert setup is not None
    code = Device(setup.secret).code(desk.now)
    await factors.confirm(owner, code, session=hash_of(desk.session), now=desk.now)
    await desk.get(f"{TEAM}/{owner.id}")
    assert "second-step/reset" not in desk.html

    answer = await desk.post(f"{TEAM}/{owner.id}/second-step/reset", {"csrf": desk.csrf})

    assert answer == 409
    assert (await factors.factor_of(owner)).is_on


async def test_another_programs_people_are_not_found(desk: Desk) -> None:
    """X2: foreign and unknown look the same, for reading and for writing."""
    other = await a_program()
    mine, desk.program = desk.program, other
    stranger = await desk.a_member("manager", name="Người lạ")
    desk.program = mine
    await desk.sign_in()

    await desk.get(TEAM)
    assert "Người lạ" not in desk.html
    secret = desk.csrf
    for who in (stranger.id, "not-an-id", "00000000-0000-0000-0000-000000000000"):
        place = f"{TEAM}/{who}"
        assert await desk.get(place) == 404
        for path in ("disabled", "enabled", "sessions/end", "second-step/reset", "invitation"):
            assert await desk.post(f"{place}/{path}", {"csrf": secret}) == 404
        assert await desk.post(f"{place}/role", {"csrf": secret, "role": "owner"}) == 404

    kept = await Staff.get(id=stranger.id)
    assert (kept.role, kept.disabled_at) == ("manager", None)


async def test_a_name_that_is_markup_is_text(desk: Desk) -> None:
    """A8: on the team, on its member's page, and in the audit log."""
    await desk.sign_in(name="<script>alert(1)</script>")
    member = await desk.a_member("manager", name='"><img src=x onerror=alert(1)>')
    await invited(desk, name="{{7*7}}<b>", login="bao")

    for place in (TEAM, f"{TEAM}/{member.id}", "/admin/audit-log", "/admin/security", REPORT):
        assert await desk.get(place) == 200
        for forbidden in ("<script>alert", "<img src=x", "49<b>", "}}<b>"):
            assert forbidden not in desk.html
