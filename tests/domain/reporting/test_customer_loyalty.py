from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import db
from domain.errors import InvalidInput
from domain.reporting.customer_loyalty import (
    DEDUCTED,
    ISSUED,
    USED,
    CustomerLoyalty,
    Part,
    customer_loyalty,
)
from domain.reporting.movements import Question, movements_of
from domain.reporting.periods import Period, period
from domain.reporting.referrals import referrals_of
from tests.clock import MONDAY_NOON
from tests.domain.reporting.history import BEGIN, END, History, a_history
from tests.factories import a_member, a_program, posted

DAYS = (END - BEGIN).days + 20
ranges = st.builds(
    lambda start, length, zone: Period(
        BEGIN.date() + timedelta(days=start), BEGIN.date() + timedelta(days=start + length), zone
    ),
    st.integers(-10, DAYS),
    st.integers(0, DAYS),
    st.sampled_from(("program", "utc")),
)
on_one_history = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
_kept: dict[str, History] = {}


async def of_the_database(dsn: str) -> History:
    """The history of this test's database, made once for all examples."""
    if dsn not in _kept:
        _kept[dsn] = await a_history()
    return _kept[dsn]


async def audited(
    program_id: UUID, wanted: Period, kinds: tuple[str, ...]
) -> Counter[tuple[str, str]]:
    """What finance would count over the audit view, without our statements."""
    on = "business_date" if wanted.zone == "program" else "utc_date"
    async with db.reading() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(
            f"select kind, action, sum(abs(amount))::bigint as amount from audit.movement"
            f" where program_id = $1 and {on} between $2 and $3 and kind = any($4) group by 1, 2",
            program_id,
            wanted.first,
            wanted.last,
            list(kinds),
        )
    return Counter({(row["kind"], row["action"]): row["amount"] for row in rows})


def figures_of(part: Part) -> Counter[tuple[str, str]]:
    return Counter({(figure.kind, figure.action): figure.amount for figure in part.figures})


@on_one_history
@given(wanted=ranges)
async def test_every_figure_equals_sql_over_the_audit_view(opened: str, wanted: Period) -> None:
    """S0.6, S0.7, S0.11, S0.12, S0.20, S0.21."""
    history = await of_the_database(opened)

    report = await customer_loyalty(history.program, wanted)

    for totals in (report.totals, report.previous):
        for part, kinds in (
            (totals.issued, ISSUED),
            (totals.used, USED),
            (totals.deducted, DEDUCTED),
        ):
            expected = await audited(history.program.id, totals.period, kinds)
            assert figures_of(part) == expected
            assert part.total == expected.total()
    assert sum(day.issued for day in report.days) == report.totals.issued.total
    assert sum(day.used for day in report.days) == report.totals.used.total
    assert [day.on for day in report.days] == wanted.dates()


@on_one_history
@given(wanted=ranges, limit=st.sampled_from((1, 7, 200)))
async def test_every_figure_is_the_sum_of_the_movements_behind_it(
    opened: str, wanted: Period, limit: int
) -> None:
    history = await of_the_database(opened)
    report = await customer_loyalty(history.program, wanted)

    for figure in (*report.totals.issued.figures, *report.totals.used.figures)[:3]:
        question = Question(kinds=(figure.kind,), action=figure.action)
        amounts: list[int] = []
        cursor = None
        while True:
            page = await movements_of(history.program, wanted, question, cursor=cursor, limit=limit)
            assert page.start == len(amounts)
            amounts += [row.amount for row in page.rows]
            cursor = page.next
            if cursor is None:
                break

        assert abs(page.amount) == figure.amount == abs(sum(amounts))
        assert page.count == figure.count == len(amounts)


@on_one_history
@given(wanted=ranges)
async def test_a_referral_figure_lists_its_referrals_with_their_movements(
    opened: str, wanted: Period
) -> None:
    """S0.15, S0.17: referrals completed in the range, and what they paid."""
    history = await of_the_database(opened)
    report = await customer_loyalty(history.program, wanted)

    everything = await referrals_of(history.program, wanted, limit=200)

    assert everything.total == sum(one.total for one in report.referrers)
    assert everything.points == sum(one.points for one in report.referrers)
    for referrer in report.referrers:
        own = await referrals_of(history.program, wanted, referrer_id=referrer.customer_id)
        assert (own.total, own.points) == (referrer.total, referrer.points)
        assert {paid.action for row in own.rows for paid in row.payments} == {
            "new_user_referral",
            "referrer_reward",
            "new_member_reward",
        }
        assert max(row.on for row in own.rows) == referrer.latest


async def test_referrals_that_are_pending_or_cancelled_do_not_count(opened: str) -> None:
    history = await a_history()
    wanted = period(BEGIN.date(), END.date())
    before = await completed_in(history, wanted)

    async with db.transaction() as connection:
        await connection.execute(
            "update referral set status = 'cancelled', cancelled_at = $1"
            " where customer_id = (select customer_id from referral where status = 'complete' limit 1)",
            END,
        )

    assert before == 6  # of nine friends a third never accepted the terms
    assert await completed_in(history, wanted) == 5


async def completed_in(history: History, wanted: Period) -> int:
    report: CustomerLoyalty = await customer_loyalty(history.program, wanted)
    return sum(referrer.total for referrer in report.referrers)


async def test_other_programs_points_are_not_counted(opened: str) -> None:
    mine, other = await a_history(names=("Dương",)), await a_history(names=("Khuê",))
    wanted = period(BEGIN.date(), END.date())

    report = await customer_loyalty(mine.program, wanted)

    expected = await audited(mine.program.id, wanted, ISSUED)
    assert figures_of(report.totals.issued) == expected
    assert {one.name for one in report.referrers} == {"Dương"}
    assert other.program.id != mine.program.id


async def test_an_hour_before_midnight_utc_is_the_next_day_in_vietnam(opened: str) -> None:
    """D5: dates are those stored with the movement, by the zone that the reader chose."""
    program = await a_program()
    customer = await a_member(program)
    late = MONDAY_NOON.replace(hour=23)
    await posted(customer.customer_id, 77, now=late)

    for zone, expected in (("utc", late.date()), ("program", late.date() + timedelta(days=1))):
        report = await customer_loyalty(program, period(expected, expected, zone))
        assert ("purchase", 77) in [(f.action, f.amount) for f in report.totals.issued.figures]


@given(first=st.dates(), last=st.dates())
def test_a_range_is_valid_or_refused_with_a_reason(first: date, last: date) -> None:
    try:
        wanted = period(first, last)
    except InvalidInput:
        return
    assert wanted.days <= 731
    assert wanted.previous().until == wanted.first
    assert wanted.previous().days == wanted.days == len(wanted.dates())
