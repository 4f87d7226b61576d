"""The audit log as a page, as a file and as JSON."""

import csv
import json
from io import StringIO
from typing import get_args
from urllib.parse import quote

import pytest

from admin.pages.act_facts import details, plainly
from admin.pages.acts import ACTS, what, who
from domain.access import audit
from domain.access.audit_log import Entry
from domain.access.tokens import issue_token
from domain.ids import new_id
from locales import translator
from tests.admin.desk import Desk, acts
from tests.clock import MONDAY_NOON
from tests.factories import a_program

LOG = "/admin/audit-log"
API = "/admin/api/v1/audit-log"


def an_entry(act: str, **facts: object) -> Entry:
    values = {"id": new_id(), "actor": "operator", "address": None, "recorded_at": MONDAY_NOON}
    return Entry(act=act, facts=facts, **values)  # type: ignore[arg-type]


def test_every_act_has_words_in_every_language() -> None:
    assert set(ACTS) == set(get_args(audit.Act))

    for act, sentence in ACTS.items():
        said = {code: what(translator(code), an_entry(act), {}) for code in ("vi", "en")}
        assert said["vi"] != said["en"], f"no Vietnamese for {sentence!r}"
        assert "%(" not in said["vi"] + said["en"]


def test_an_act_of_a_later_version_is_shown_by_its_name() -> None:
    assert what(translator("en"), an_entry("moon_landed"), {}) == "moon_landed"


def test_facts_are_said_with_what_they_were_before() -> None:
    spoken = translator("en")
    entry = an_entry(
        "program_changed",
        before={"name": "Mộc", "kept": 1},
        after={"name": "Mộc Coffee", "kept": 1, "slug": None},
    )

    assert [(one.label, one.before, one.value) for one in details(spoken, entry)] == [
        ("Name", "Mộc", "Mộc Coffee")
    ]
    assert plainly(spoken, entry) == "Name: Mộc → Mộc Coffee"
    role = an_entry("role_changed", staff=str(new_id()), before="owner", after="cashier")
    assert plainly(spoken, role) == "Change: Owner → Cashier"
    assert len(plainly(spoken, an_entry("exported", url="x" * 9000))) < 300


def test_facts_are_said_in_the_words_of_their_pages() -> None:
    spoken = translator("vi")
    rule = an_entry(
        "rule_changed",
        action="daily_login",
        starts_at="2026-03-19T01:00:00+00:00",
        before={"points": 15, "lifetime_kind": "never", "weekly_bonus": 50},
        after={"points": 1200, "lifetime_kind": "months", "weekly_bonus": 60},
    )
    product = an_entry(
        "content_changed",
        kind="product",
        after={
            "title": {"vi": "Trà", "en": "Tea"},
            "summary": {},
            "photo": "88f59",
            "category_id": 7,
        },
    )

    assert plainly(spoken, rule, "Asia/Ho_Chi_Minh") == (
        "Hành động: Điểm danh hằng ngày; Từ ngày: 19/03/2026 08:00; Điểm: 15 → 1.200;"
        " Hạn dùng điểm: không hết hạn → theo số tháng; Thưởng đủ một tuần: 50 → 60"
    )
    assert plainly(spoken, product) == "Loại: Sản phẩm; Tiêu đề: Trà / Tea; Ảnh: có"


def test_whom_is_named_as_far_as_known() -> None:
    lan, gone = new_id(), new_id()
    names = {lan: "Lan Anh"}
    spoken = translator("en")

    assert what(spoken, an_entry("staff_disabled", staff=str(lan)), names) == "Shut Lan Anh out"
    assert what(spoken, an_entry("staff_disabled", staff=str(gone)), names) == "Shut Somebody out"
    assert who(spoken, f"staff:{lan}", names) == "Lan Anh"
    assert who(spoken, "stranger", names) == "Stranger"


async def test_the_log_is_narrowed_by_person_act_and_days(desk: Desk) -> None:
    bao = await desk.a_member("manager", name="Quốc Bảo")
    await audit.record("exported", now=desk.now, by=bao, report="customer-loyalty")
    await desk.sign_in(name="Lan Anh")

    await desk.get(LOG)
    assert desk.html.count("<tr>") == 1 + len(await acts())
    for narrowed, count in (
        (f"who=staff:{bao.id}", 1),
        ("who=operator", 2),
        ("act=exported", 1),
        ("from_day=2026-03-02&to_day=2026-03-02", 4),
        ("from_day=2026-03-03", 0),
        (f"who=staff:{bao.id}&act=signed_in", 0),
    ):
        assert await desk.get(f"{LOG}?{narrowed}") == 200
        assert desk.html.count("<tr>") == (1 + count if count else 0), narrowed


async def test_pages_lead_on_and_keep_what_was_asked(desk: Desk) -> None:
    member = await desk.sign_in()
    for number in range(60):
        await audit.record("exported", now=desk.now, by=member, report=f"r{number}")

    await desk.get(f"{LOG}?act=exported")
    assert desk.html.count("<tr>") == 51
    older = desk.html.partition('href="/admin/audit-log?act=exported&amp;cursor=')[2].partition(
        '"'
    )[0]
    assert await desk.get(f"{LOG}?act=exported&cursor={older}") == 200

    assert desk.html.count("<tr>") == 11


@pytest.mark.parametrize(
    "query",
    [
        "from_day=31/02/2026",
        "who=staff:x",
        "act=" + quote("x;drop table"),
        "order=recorded_at",
        "cursor=x",
        "facts__before=1",
    ],
)
async def test_what_cannot_be_asked_is_refused(desk: Desk, query: str) -> None:
    """A9."""
    await desk.sign_in()

    for place in (LOG, f"{LOG}.csv"):
        status = await desk.get(f"{place}?{query}")
        assert status == 422 or (place == f"{LOG}.csv" and query == "cursor=x")


async def test_the_file_is_harmless_and_written_down(desk: Desk) -> None:
    """X1: what begins like a formula is text."""
    member = await desk.sign_in(name="=cmd|'/c calc'!A1")
    await audit.record("exported", now=desk.now, by=member, url="@SUM(A1)")
    at = len(await acts())

    assert await desk.get(f"{LOG}.csv?act=exported") == 200

    assert desk.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert desk.headers["Content-Disposition"].endswith('-audit-log.csv"')
    header, *rows = csv.reader(StringIO(desk.html.removeprefix("\ufeff")))
    assert header == ["time", "who", "actor", "what", "act", "details", "address"]
    assert rows[0][1] == "'=cmd|'/c calc'!A1"
    assert (await acts())[at:] == [
        ("exported", {"report": "audit-log", "format": "csv", "rows": len(rows)})
    ]


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("manager", 200), ("analyst", 403), ("cashier", 403)]
)
async def test_who_may_read_the_log(desk: Desk, role: str, status: int) -> None:
    """A2."""
    await desk.a_member("owner")
    await desk.sign_in(role)

    for place in (LOG, f"{LOG}.csv", API):
        assert await desk.get(place) == status


async def test_a_script_reads_the_log_page_by_page(desk: Desk) -> None:
    other = await a_program()
    await issue_token(other, "foreign", MONDAY_NOON)
    token = await issue_token(desk.program, "nightly", MONDAY_NOON)
    member = await desk.a_member(name="Lan Anh")
    await audit.record("signed_in", now=desk.now, by=member, address="192.0.2.1", way="link")
    headers = {"Authorization": f"Bearer {token}"}

    assert await desk.get(f"{API}?limit=1&program={desk.program.slug}", headers=headers) == 200
    page = json.loads(desk.html)
    [row] = page["rows"]
    assert (row["act"], row["actor_name"], row["address"]) == ("signed_in", "Lan Anh", "192.0.2.1")
    assert row["facts"] == {"way": "link"}
    rest = f"{API}?limit=200&cursor={page['next']}"
    assert await desk.get(rest, headers=headers) == 200
    assert {one["act"] for one in json.loads(desk.html)["rows"]} == {
        "staff_created",
        "token_issued",
    }

    assert await desk.get(f"{API}?program={other.slug}", headers=headers) == 404
    for odd in ("limit=0", "from=x", "actor=x", "order=id", "cursor=x"):
        assert await desk.get(f"{API}?{odd}", headers=headers) == 422
