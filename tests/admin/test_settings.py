"""A merchant's settings, as pages."""

from decimal import Decimal

import asyncpg
import pytest

from domain.programs import Program, zone_of
from domain.setup import terms
from tests.admin.desk import Desk, acts
from tests.factories import a_visitor

GENERAL = {
    "name": "Mộc Tea",
    "slug": "moc-tea",
    "locale": "en",
    "currency": "USD",
    "point_value": "0,05",
}
POLICIES = {
    "qualifying_act": "purchase",
    "debt_policy": "clamp",
    "grace_days": "",
    "update_retention_days": "14",
    "decision_retention_days": "90",
}
LOOK = {"accent": "#203a8f", "accent_dark": "#9fb4ff", "gold": "#c97a00", "seed": "sóng"}


async def _fill_in(desk: Desk, place: str, **fields: str) -> int:
    """Open the page of a form and post it."""
    await desk.get(place.removesuffix("/zone"))
    return await desk.submit(place, **fields)


async def _now_is(desk: Desk) -> Program:
    return await Program.get(id=desk.program.id)


async def test_a_new_program_gets_its_name_address_and_money(desk: Desk) -> None:
    await desk.sign_in()
    assert await desk.get("/admin/settings") == 200

    assert await _fill_in(desk, "/admin/settings", **GENERAL) == 303

    program = await _now_is(desk)
    assert (program.name, program.slug, program.locale) == ("Mộc Tea", "moc-tea", "en")
    assert (program.currency, program.point_value) == ("USD", Decimal(5))
    assert (await acts())[-1][0] == "program_changed"
    assert (await acts())[-1][1]["after"]["slug"] == "moc-tea"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("slug", "Ô ô"),
        ("slug", "a"),
        ("currency", "đồng"),
        ("point_value", "-1"),
        ("point_value", "NaN"),
        ("point_value", "Infinity"),
        ("point_value", "1e99"),
        ("locale", "fr"),
    ],
)
async def test_what_is_typed_wrongly_stands_beside_its_problem(
    desk: Desk, field: str, value: str
) -> None:
    await desk.sign_in()
    await desk.get("/admin/settings")

    assert await _fill_in(desk, "/admin/settings", **GENERAL | {field: value}) == 422

    assert f'id="{field}-wrong"' in desk.html
    assert "Mộc Tea" in desk.html or field == "name"
    assert (await _now_is(desk)).name == desk.program.name


async def test_an_address_that_another_program_has_is_refused(desk: Desk, opened: str) -> None:
    await desk.sign_in()
    connection = await asyncpg.connect(opened)
    await connection.execute(
        "insert into program (id, slug, name, currency, point_value, created_at)"
        " select gen_random_uuid(), 'taken', 'T', 'VND', 1, created_at from program limit 1"
    )
    await connection.close()
    await desk.get("/admin/settings")

    assert await _fill_in(desk, "/admin/settings", **GENERAL | {"slug": "taken"}) == 422

    assert 'id="slug-wrong"' in desk.html


async def test_an_address_and_a_currency_are_final_once_somebody_joined(desk: Desk) -> None:
    await desk.sign_in()
    await a_visitor(desk.program)
    slug = desk.program.slug
    kept = {"slug": slug, "currency": "VND", "point_value": "10"}

    for change in ({"slug": "moc-tea"}, {"currency": "USD"}):
        assert await _fill_in(desk, "/admin/settings", **GENERAL | kept | change) == 422
    assert await _fill_in(desk, "/admin/settings", **GENERAL | kept) == 303

    program = await _now_is(desk)
    assert (program.slug, program.currency, program.name) == (slug, "VND", "Mộc Tea")


async def test_a_zone_counts_from_the_end_of_today(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get("/admin/settings")

    assert await _fill_in(desk, "/admin/settings/zone", zone="Europe/Berlin") == 303
    assert await _fill_in(desk, "/admin/settings/zone", zone="Asia/Tokyo") == 422
    assert await _fill_in(desk, "/admin/settings/zone", zone="Moc/Coffee") == 422

    assert await zone_of(desk.program.id, desk.now) == "Asia/Ho_Chi_Minh"
    await desk.get("/admin/settings")
    assert "03/03/2026" in desk.html


async def test_a_look_is_tried_out_before_it_is_kept(desk: Desk) -> None:
    await desk.sign_in()

    assert await desk.get("/admin/settings/look", params=LOOK) == 200
    assert "#203a8f" in desk.html
    assert (await _now_is(desk)).brand == {}
    assert await _fill_in(desk, "/admin/settings/look", **LOOK) == 303

    assert (await _now_is(desk)).brand == LOOK
    assert await _fill_in(desk, "/admin/settings/look", **LOOK | {"accent": "red;}"}) == 422
    assert await desk.get("/admin/settings/look", params=LOOK | {"accent": "</style>"}) == 422


async def test_every_wording_of_the_terms_is_kept(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get("/admin/settings/terms")
    first, second = {"vi": "Một", "en": "One"}, {"vi": "Hai", "en": "Two <b>"}

    for texts in (first, first, second):
        assert await _fill_in(desk, "/admin/settings/terms", **texts) == 303
    assert await _fill_in(desk, "/admin/settings/terms", vi="Ba", en=" ") == 422

    program = await _now_is(desk)
    assert (program.terms, program.terms_version) == (second, 2)
    assert [one.texts for one in await terms.versions(program)] == [second, first]
    await desk.get("/admin/settings/terms")
    assert "Two &lt;b&gt;" in desk.html


async def test_policies_have_bounds(desk: Desk) -> None:
    await desk.sign_in()
    await desk.get("/admin/settings/policies")

    assert await _fill_in(desk, "/admin/settings/policies", **POLICIES) == 303
    for wrong in ({"grace_days": "0"}, {"update_retention_days": "1"}, {"grace_days": "１２"}):
        assert await _fill_in(desk, "/admin/settings/policies", **POLICIES | wrong) == 422

    program = await _now_is(desk)
    assert (program.qualifying_act, program.debt_policy) == ("purchase", "clamp")
    assert (program.update_retention_days, program.decision_retention_days) == (14, 90)


@pytest.mark.parametrize("role", ["manager", "analyst"])
@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("/admin/settings", GENERAL),
        ("/admin/settings/zone", {"zone": "Asia/Tokyo"}),
        ("/admin/settings/look", LOOK),
        ("/admin/settings/terms", {"vi": "x", "en": "y"}),
        ("/admin/settings/policies", POLICIES),
    ],
)
async def test_only_an_owner_changes_them_and_others_read_whom_to_ask(
    desk: Desk, role: str, place: str, fields: dict[str, str]
) -> None:
    await desk.a_member("owner", name="Chị Hoa")
    await desk.sign_in(role)
    shown = "/admin/settings" if place.endswith("zone") else place

    assert await desk.get(shown) == 200
    assert "Chị Hoa" in desk.html
    assert "disabled" in desk.html
    assert await _fill_in(desk, place, **fields) == 403

    assert (await _now_is(desk)).name == desk.program.name
