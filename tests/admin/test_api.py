import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from domain.access.tokens import issue_token
from tests.admin.desk import Desk
from tests.clock import MONDAY_NOON
from tests.factories import a_member, a_program, posted

API = "/admin/api/v1"
DAYS = "from=2026-03-01&to=2026-03-31"


async def asked(desk: Desk, path: str, *, token: str | None = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    status = await desk.get(f"{API}{path}", headers=headers)
    return status, json.loads(desk.html)


async def test_a_token_reads_the_report_of_its_program(desk: Desk) -> None:
    customer = await a_member(desk.program, name="Ngọc Ánh")
    await posted(customer.customer_id, -15, now=MONDAY_NOON, action="lucky_wheel")
    friend = await a_member(desk.program, start_param=f"r_{customer.invite_code}")
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)

    status, answer = await asked(
        desk, f"/reports/customer-loyalty?program={desk.program.slug}&{DAYS}", token=token
    )

    assert status == 200
    assert {name: answer[name] for name in ("program", "from", "to", "zone", "time_zone")} == {
        "program": desk.program.slug,
        "from": "2026-03-01",
        "to": "2026-03-31",
        "zone": "program",
        "time_zone": "Asia/Ho_Chi_Minh",
    }
    assert answer["used"] == {
        "total": 15,
        "by_action": [{"action": "lucky_wheel", "kind": "redeemed", "amount": 15, "count": 1}],
    }
    assert answer["deducted"] == {"total": 0, "by_action": []}
    [referrer] = answer["referrals"]
    assert (referrer["customer_id"], referrer["customer"]) == (
        str(customer.customer_id),
        "Ngọc Ánh",
    )
    assert (referrer["total"], referrer["points"], referrer["latest"]) == (1, 120, "2026-03-02")
    assert answer["compare"]["from"] == "2026-01-29"
    assert answer["compare"]["issued"] == {"total": 0, "by_action": []}
    assert answer["days"][1] == {
        "date": "2026-03-02",
        "issued": answer["issued"]["total"],
        "used": 15,
    }
    assert str(friend.customer_id) not in json.dumps(answer)


async def test_movements_and_referrals_answer_with_their_totals(desk: Desk) -> None:
    customer = await a_member(desk.program, name="Ngọc Ánh")
    await a_member(desk.program, name="Bạn", start_param=f"r_{customer.invite_code}")
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)

    _, page = await asked(
        desk,
        f"/reports/movements?{DAYS}&kind=earned&customer={customer.customer_id}&limit=2",
        token=token,
    )
    assert page["totals"] == {"amount": 170, "count": 3}
    assert len(page["rows"]) == 2
    first = page["rows"][0]
    assert {
        "type",
        "reference_id",
        "reason",
        "program_id",
        "id",
        "customer_id",
        "amount",
        "current_balance",
        "created_by",
        "created_at",
    } <= set(first)
    _, rest = await asked(
        desk,
        f"/reports/movements?{DAYS}&kind=earned&customer={customer.customer_id}&limit=2&cursor={page['next']}",
        token=token,
    )
    assert rest["next"] is None
    assert sum(row["amount"] for row in page["rows"] + rest["rows"]) == 170

    _, friends = await asked(desk, f"/reports/referrals?{DAYS}", token=token)
    assert friends["totals"] == {"count": 1, "points": 120}
    [row] = friends["rows"]
    assert (row["referee"], row["customer"], row["points"]) == ("Bạn", "Ngọc Ánh", 120)
    assert {paid["action"] for paid in row["movements"]} == {
        "referrer_reward",
        "new_user_referral",
        "new_member_reward",
    }


@pytest.mark.parametrize("report", ["customer-loyalty", "movements", "referrals"])
async def test_nobody_reads_a_report_without_being_let_in(desk: Desk, report: str) -> None:
    for token in (None, "loyalty_admin_guessed", "é"):
        status, answer = await asked(desk, f"/reports/{report}?{DAYS}", token=token)
        assert status == 401
        assert answer["error"]["code"] == "sign_in_required"
    await desk.sign_in("cashier")

    status, answer = await asked(desk, f"/reports/{report}?{DAYS}")
    assert (status, answer["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("report", ["customer-loyalty", "movements", "referrals"])
async def test_another_program_is_not_found(desk: Desk, report: str) -> None:
    """X2: foreign and unknown programs look the same."""
    other = await a_program()
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)

    for slug in (other.slug, "no-such-program"):
        status, answer = await asked(desk, f"/reports/{report}?{DAYS}&program={slug}", token=token)
        assert (status, answer["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "from=2026-03-01",
        "from=01/03/2026&to=2026-03-31",
        f"{DAYS}&zone=UTC",
        f"{DAYS}&format=xml",
        f"{DAYS}&order=balance;drop",
        f"{DAYS}&from=2026-01-01",
        f"{DAYS}&program=__proto__",
    ],
)
async def test_what_the_document_does_not_name_is_refused(desk: Desk, query: str) -> None:
    """A9."""
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)

    status, answer = await asked(desk, f"/reports/customer-loyalty?{query}", token=token)

    assert (status, answer["error"]["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=１",
        "cursor=x",
        "customer=x",
        "kind=stolen",
        "on=x",
        "action=A",
    ],
)
async def test_a_list_takes_no_odd_parameters(desk: Desk, query: str) -> None:
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)

    status, _ = await asked(desk, f"/reports/movements?{DAYS}&{query}", token=token)

    assert status == 422


async def test_a_token_opens_no_page_of_a_person(desk: Desk) -> None:
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)
    headers = {"Authorization": f"Bearer {token}"}

    assert await desk.get("/admin/password", headers=headers) == 401
    assert await desk.post("/admin/tastes", {"language": "en"}, headers=headers) == 401


async def test_the_document_is_valid_and_names_every_report(desk: Desk) -> None:
    status, document = await asked(desk, "/openapi.json")

    assert status == 200
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/reports/customer-loyalty",
        "/reports/movements",
        "/reports/referrals",
        "/audit-log",
        "/rules",
        "/campaigns",
        "/decisions",
    }
    names = {
        one["name"] for one in document["paths"]["/reports/customer-loyalty"]["get"]["parameters"]
    }
    assert names == {"program", "from", "to", "zone", "format"}
