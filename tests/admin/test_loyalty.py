"""Reports / Customer Loyalty as staff see it: S0.1-S0.23."""

import csv
import html
import json
import re
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_aiohttp.plugin import AiohttpClient

from domain import db
from domain.ledger.closing import close_days
from domain.reporting.periods import Period
from domain.reporting.sheets import BOM
from tests.admin.desk import REPORT, Desk, acts, serve
from tests.clock import MONDAY_NOON, FixedClock
from tests.domain.reporting.history import BEGIN, END, a_history
from tests.factories import a_member, posted

API = "/admin/api/v1/reports/customer-loyalty"
WHOLE = f"from={BEGIN.date()}&to={END.date()}"
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\u202eevil\u202c",
    "a" + "\u0301" * 256,
)
ranges = st.builds(
    lambda start, length, zone: Period(
        BEGIN.date() + timedelta(days=start), BEGIN.date() + timedelta(days=start + length), zone
    ),
    st.integers(-5, 80),
    st.integers(0, 90),
    st.sampled_from(("program", "utc")),
)
_desks: dict[str, Desk] = {}


async def a_busy_desk(dsn: str, aiohttp_client: AiohttpClient) -> Desk:
    """An owner before ten weeks of history, made once for all examples of a property."""
    if dsn not in _desks:
        history = await a_history()
        _desks[dsn] = await serve(aiohttp_client, history.program, FixedClock(END))
        await _desks[dsn].sign_in()
    return _desks[dsn]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix(BOM), newline="")))


def sums(rows: list[dict[str, str]], section: str) -> Counter[tuple[str, str]]:
    return Counter(
        {
            (row["kind"], row["action"]): int(row["points"])
            for row in rows
            if row["section"] == section and row["action"]
        }
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=ranges)
async def test_page_json_csv_and_sql_say_the_same_to_the_point(
    opened: str, aiohttp_client: AiohttpClient, wanted: Period
) -> None:
    """The whole chain, over HTTP, for any range in both zones."""
    desk = await a_busy_desk(opened, aiohttp_client)
    query = f"from={wanted.first}&to={wanted.last}&zone={wanted.zone}"
    assert await desk.get(f"{API}?{query}") == 200
    answer = json.loads(desk.html)
    assert await desk.get(f"{API}?{query}&format=csv") == 200
    rows = rows_of(desk.html)
    assert await desk.get(f"{REPORT}.csv?{query}") == 200
    assert rows_of(desk.html) == rows
    assert await desk.get(f"{REPORT}?{query}") == 200

    for section, kinds in (
        ("issued", ["earned"]), ("used", ["redeemed"]), ("deducted", ["reversed", "expired"]),
    ):  # fmt: skip
        expected = await audited(desk, wanted, kinds)
        said = {(one["kind"], one["action"]): one["amount"] for one in answer[section]["by_action"]}
        assert said == sums(rows, section) == expected
        assert answer[section]["total"] == expected.total()
        for amount in expected.values():
            assert f">{amount:,}<".replace(",", ".") in desk.html
    assert answer["compare"]["to"] == str(wanted.first - timedelta(days=1))
    assert {row["zone"] for row in rows} == {"UTC" if wanted.zone == "utc" else "Asia/Ho_Chi_Minh"}
    days = [row for row in rows if row["section"] == "issued_by_day"]
    assert [(row["date"], int(row["points"])) for row in days] == [
        (day["date"], day["issued"]) for day in answer["days"]
    ]
    assert [
        (row["customer_id"], int(row["count"]), int(row["points"]))
        for row in rows
        if row["section"] == "referrals"
    ] == [(one["customer_id"], one["total"], one["points"]) for one in answer["referrals"]]


async def audited(desk: Desk, wanted: Period, kinds: list[str]) -> Counter[tuple[str, str]]:
    on = "business_date" if wanted.zone == "program" else "utc_date"
    async with db.reading() as connection:
        rows = await connection.fetch(
            f"select kind, action, sum(abs(amount))::bigint as amount from audit.movement"
            f" where program_id = $1 and {on} between $2 and $3 and kind = any($4) group by 1, 2",
            desk.program.id, wanted.first, wanted.last, kinds,
        )  # fmt: skip
    return Counter({(row["kind"], row["action"]): row["amount"] for row in rows})


async def test_every_number_leads_to_movements_that_add_up_to_it(
    opened: str, aiohttp_client: AiohttpClient
) -> None:
    desk = await a_busy_desk(opened, aiohttp_client)
    await desk.get(f"{REPORT}?{WHOLE}")
    links = re.findall(
        r'<a (?:tabindex="-1" )?href="(/admin/reports/(?:movements|referrals)\?[^"]+)">([^<]*)</a>',
        desk.html,
    )
    assert len(links) > 60

    for address, shown in links[:12] + links[12::9]:
        assert await desk.get(html.unescape(address)) == 200
        totals = re.findall(r"<dd>([^<]+)</dd>", desk.html)
        plain = shown.strip().lstrip("+\u2212")
        assert plain in {total.lstrip("+\u2212") for total in totals}, address


async def test_a_list_of_movements_is_paged_to_its_end(
    opened: str, aiohttp_client: AiohttpClient
) -> None:
    desk = await a_busy_desk(opened, aiohttp_client)
    address: str | None = f"/admin/reports/movements?{WHOLE}"
    seen = 0

    while address:
        assert await desk.get(address) == 200
        seen += desk.html.count("<tr>") - 1
        found = re.search(r'href="([^"]+cursor=[^"]+)">', desk.html)
        address = html.unescape(found[1]) if found else None

    total = re.search(r"<dd>([\d.]+)</dd>", desk.html)
    assert total is not None
    assert seen == int(total[1].replace(".", ""))


async def test_the_sources_and_purposes_are_named_even_when_nothing_came_of_them(
    desk: Desk,
) -> None:
    """S0.8, S0.13."""
    customer = await a_member(desk.program)
    await posted(customer.customer_id, -10, now=MONDAY_NOON, action="discount")
    await desk.sign_in()

    await desk.get(REPORT)

    for words in (
        "Thưởng người giới thiệu", "Thưởng thành viên mới", "Giới thiệu người dùng mới",
        "Chia sẻ sản phẩm lần đầu", "Đọc tin lần đầu", "Đăng ký tài khoản",
        "Xem sản phẩm lần đầu", "Điểm danh hằng ngày",
        "Chơi vòng quay", "Đổi quà", "Giảm giá đơn hàng",
    ):  # fmt: skip
        assert words in desk.html


async def test_an_empty_period_says_so(desk: Desk) -> None:
    """S0.18."""
    await desk.sign_in()

    await desk.get(f"{REPORT}?from=2020-01-01&to=2020-01-31")

    assert "Chưa phát hành điểm nào trong kỳ" in desk.html
    assert "Chưa có lượt giới thiệu nào" in desk.html
    assert '<p class="tag">Trống</p>' in desk.html


async def test_hostile_names_are_plain_text_everywhere(desk: Desk) -> None:
    """A8, X1, W8."""
    program = desk.program
    for name in HOSTILE:
        inviter = await a_member(program, name=name)
        await a_member(program, name=name, start_param=f"r_{inviter.invite_code}")
    await desk.sign_in(name="<script>alert(1)</script>")

    for path in (REPORT, "/admin/reports/movements", "/admin/reports/referrals"):
        assert await desk.get(path) == 200
        assert "<img" not in desk.html
        assert "<script>alert" not in desk.html
        assert "&lt;img src=x onerror=alert(1)&gt;" in desk.html
        assert "{{7*7}}" in desk.html
        assert "\u202e" not in desk.html
        assert "\u0301" * 3 not in desk.html
    assert await desk.get(f"{REPORT}.csv") == 200
    labels = [row["label"] for row in rows_of(desk.html) if row["section"] == "referrals"]
    assert len(labels) == len(HOSTILE)
    assert not [label for label in labels if label.startswith(("=", "+", "-", "@"))]
    assert "'=1+1" in labels


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-02&to=2026-03-01",
        "from=2026-02-30&to=2026-03-01",
        "from=2024-01-01&to=2026-03-01",
        "from=2026-03-01",
        "from=0000-00-00&to=9999-99-99",
        "from=1900-01-01&to=1900-01-02",
        "from=9999-12-31&to=9999-12-31",
        "from=٢٠٢٦-03-01&to=2026-03-02",
        "from=2026-03-01&to=2026-03-02&zone=Mars",
        "from=2026-03-01'%3Bdrop table movement&to=2026-03-02",
    ],
)
async def test_a_range_that_no_report_covers_is_refused_with_the_reason(
    desk: Desk, query: str
) -> None:
    """A9: also by the JSON."""
    await desk.sign_in()

    for place in (
        REPORT,
        f"{REPORT}.csv",
        "/admin/reports/movements",
        "/admin/reports/referrals",
        API,
    ):
        assert await desk.get(f"{place}?{query}") == 422
        assert "Traceback" not in desk.html


@pytest.mark.parametrize(
    "query",
    ["kind=stolen", "action=x';--", "on=later", "customer=1", "cursor=x", "kind=transferred"],
)
async def test_a_question_that_nobody_can_ask_is_refused(desk: Desk, query: str) -> None:
    await desk.sign_in()

    assert await desk.get(f"/admin/reports/movements?from=2026-03-01&to=2026-03-02&{query}") == 422


async def test_days_are_typed_as_people_here_write_them(desk: Desk) -> None:
    await desk.sign_in()

    assert await desk.get(f"{REPORT}?from=01%2F02%2F2026&to=28%2F02%2F2026") == 200

    assert "01/02/2026 – 28/02/2026" in desk.html
    assert "from=2026-02-01&amp;to=2026-02-28" in desk.html


async def test_without_a_range_it_is_this_month_so_far(desk: Desk) -> None:
    await desk.sign_in()

    await desk.get(REPORT)

    assert "01/03/2026 – 02/03/2026" in desk.html


async def test_another_programs_customer_is_not_found(desk: Desk) -> None:
    from tests.factories import a_program

    stranger = await a_member(await a_program())
    await desk.sign_in()

    for place in ("movements", "referrals"):
        path = f"/admin/reports/{place}?customer={stranger.customer_id}"
        assert await desk.get(path) == 404


async def test_an_export_is_written_down(desk: Desk) -> None:
    await desk.sign_in()

    await desk.get(f"{REPORT}.csv?from=2026-03-01&to=2026-03-02&zone=utc")

    assert desk.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in desk.headers["Content-Disposition"]
    act, facts = (await acts())[-1]
    assert act == "exported"
    assert facts == {
        "report": "customer-loyalty",
        "days": ["2026-03-01", "2026-03-02"],
        "zone": "UTC",
        "format": "csv",
    }


async def test_a_cashier_is_told_who_can_grant_it(desk: Desk) -> None:
    """A16: 403 keeps the frame, names those to ask and shows no figure."""
    await desk.a_member(name="Chủ quán Lan")
    await desk.sign_in("cashier", name="Thu Hà")

    for path in (REPORT, f"{REPORT}.csv", "/admin/reports/movements", "/admin/reports/referrals"):
        assert await desk.get(path) == 403
        assert "Chủ quán Lan" in desk.html
        assert "Thu Hà" in desk.html
        assert "Khách hàng thân thiết</a>" not in desk.html


async def test_an_unknown_page_keeps_the_menu(desk: Desk) -> None:
    await desk.sign_in()

    assert await desk.get("/admin/nothing") == 404

    assert f'href="{REPORT}"' in desk.html


@pytest.mark.planted
async def test_a_fault_shows_a_number_to_quote_and_nothing_else(opened: str, desk: Desk) -> None:
    """A16."""
    await desk.sign_in()
    owner = await asyncpg.connect(opened)
    await owner.execute("alter table movement rename to elsewhere")
    await owner.close()

    assert await desk.get(REPORT) == 500

    assert "movement" not in desk.html
    assert desk.headers["X-Request-ID"] in desk.html
    assert "Lan Anh" in desk.html


async def test_a_long_range_fits_and_lists_months(desk: Desk) -> None:
    await desk.sign_in()

    assert await desk.get(f"{REPORT}?from=2024-03-02&to=2026-03-02") == 200

    assert "Tháng 3, 2024" in desk.html
    assert len(desk.html) < 120_000


async def test_the_report_of_a_month_is_small(opened: str, aiohttp_client: AiohttpClient) -> None:
    import gzip

    desk = await a_busy_desk(opened, aiohttp_client)
    last = END.date()
    await desk.get(f"{REPORT}?from={last - timedelta(days=29)}&to={date.isoformat(last)}")

    assert len(gzip.compress(desk.html.encode())) < 14_000


async def test_the_report_says_through_which_day_it_is_final(desk: Desk) -> None:
    await a_member(desk.program)
    desk.clock.advance(timedelta(days=2))
    await desk.sign_in()
    whole, closed = "from=2026-03-01&to=2026-03-04", "from=2026-03-01&to=2026-03-03"

    await desk.get(f"{REPORT}?{closed}")
    assert "Tạm tính: chưa" in desk.html
    await close_days(desk.now)

    await desk.get(f"{REPORT}?{closed}")
    assert "Đã chốt" in desk.html
    await desk.get(f"{REPORT}?{whole}")
    assert "Tạm tính sau ngày 03/03/2026" in desk.html
