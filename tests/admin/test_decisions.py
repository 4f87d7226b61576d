"""The decision log as staff read it."""

import json
import re

import pytest

from domain.customers.models import Customer
from tests.admin.desk import Desk
from tests.domain.earning.planning import DAY, a_campaign, an_owner, checks_in
from tests.factories import a_member, a_program

LOG = "/admin/decisions"
API = "/admin/api/v1/decisions?from=2026-03-01&to=2026-03-31"


@pytest.fixture
async def hoa(desk: Desk) -> Customer:
    """Somebody who was paid once and refused twice."""
    await a_campaign(desk.program, await an_owner(desk.program), budget=100)
    member = await a_member(desk.program, name="Lê Thị Hoa")
    for _ in range(3):
        await checks_in(desk.program, member.customer_id)
    return member


def _shown(html: str) -> int:
    return html.count("<li><details><summary>")


async def test_every_attempt_opens_to_its_facts_in_words(desk: Desk, hoa: Customer) -> None:
    await desk.sign_in()

    assert await desk.get(LOG) == 200

    assert _shown(desk.html) == 4
    for words in ("Lê Thị Hoa", "Đã nhận rồi", "Tuần lễ vàng, ×2: thêm 10 điểm", "phiên bản 1"):
        assert words in desk.html
    assert "/admin/reports/movements?from=2026-02-01&amp;to=2026-03-02&amp;kind" in desk.html
    assert str(hoa.customer_id) in desk.html


async def test_reasons_are_counted_for_what_is_asked(desk: Desk, hoa: Customer) -> None:
    await desk.sign_in()

    await desk.get(f"{LOG}?customer=hoa&action=daily_login&result=refused")

    chips = re.findall(r"<a href=\"[^\"]*result=?[^\"]*\"[^>]*>([^<]+) <b>(\d+)</b>", desk.html)
    assert ("Đã cộng điểm", "1") in chips
    assert ("Bị từ chối", "2") in chips
    assert ("Đã nhận rồi", "2") in chips
    assert _shown(desk.html) == 2


async def test_what_does_not_exist_is_said_kindly(desk: Desk, hoa: Customer) -> None:
    await desk.sign_in()

    assert await desk.get(f"{LOG}?customer=nobody") == 200

    assert _shown(desk.html) == 0
    assert "Chưa có lần thử nào" in desk.html


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "from=2026-03-05&to=2026-03-01",
        "from=2000-01-01&to=2026-03-01",
        "action=a;drop",
        "result=%00",
        "cursor=x",
        "customer=" + "x" * 101,
    ],
)
async def test_what_cannot_be_asked_is_refused(desk: Desk, query: str) -> None:
    await desk.sign_in()

    assert await desk.get(f"{LOG}?{query}") == 422


async def test_pages_lead_to_each_other(desk: Desk, hoa: Customer) -> None:
    await desk.sign_in()
    for number in range(60):
        await checks_in(desk.program, hoa.customer_id, now=desk.now + number * DAY / 1000)

    await desk.get(LOG)
    assert _shown(desk.html) == 50
    older = re.search(r'href="(/admin/decisions\?[^"]*cursor=[^"]*)"', desk.html)
    assert older
    await desk.get(older[1].replace("&amp;", "&"))

    assert _shown(desk.html) == 14


async def test_another_programs_attempts_are_nowhere(desk: Desk, hoa: Customer) -> None:
    other = await a_program()
    stranger = await a_member(other, name="Người lạ")
    await desk.sign_in()

    await desk.get(LOG)
    assert "Người lạ" not in desk.html
    await desk.get(f"{LOG}?customer={stranger.customer_id}")
    assert _shown(desk.html) == 0


async def test_a_cashier_does_not_read_them(desk: Desk) -> None:
    await desk.sign_in("cashier")

    assert await desk.get(LOG) == 403
    assert await desk.get(API) == 403


async def test_decisions_are_answered_as_json_and_described(desk: Desk, hoa: Customer) -> None:
    await desk.sign_in()

    assert await desk.get(f"{API}&result=refused&limit=1") == 200
    answer = json.loads(desk.html)
    assert [row["verdict"] for row in answer["rows"]] == ["already_earned"]
    assert answer["totals"] == {"posted": 2, "already_earned": 2}
    assert await desk.get(f"{API}&result=refused&limit=1&cursor={answer['next']}") == 200
    assert json.loads(desk.html)["next"] is None
    assert await desk.get(f"{API}&customer={hoa.customer_id}") == 200
    assert len(json.loads(desk.html)["rows"]) == 4
    assert await desk.get(f"{API}&surprise=1") == 422

    await desk.get("/admin/api/v1/openapi.json")
    assert {"/decisions", "/rules", "/campaigns"} <= json.loads(desk.html)["paths"].keys()
