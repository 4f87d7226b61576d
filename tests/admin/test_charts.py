from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from admin.pages.charts import OTHER, STRIP_HEIGHT, donut, spans, strip
from domain.reporting.customer_loyalty import Day

BEGIN = date(2026, 1, 1)
amounts = st.integers(0, 10**9)
day_lists = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=200).map(
    lambda rows: [Day(BEGIN + timedelta(days=n), up, down) for n, (up, down) in enumerate(rows)]
)


@given(st.lists(amounts, max_size=30))
def test_the_slices_of_a_ring_are_the_whole_of_it(values: list[int]) -> None:
    slices = donut(sorted(values, reverse=True))

    assert len(slices) <= OTHER + 1
    if any(values):
        assert abs(sum(one.length for one in slices) - 100) < 0.05
    else:
        assert slices == ()
    assert all(one.drawn > 0 for one in slices)
    assert [one.colour for one in slices] == list(range(len(slices)))


def test_what_comes_after_the_eighth_slice_is_one_slice() -> None:
    slices = donut([10] * 12)

    assert len(slices) == 9
    assert slices[OTHER].length == 33.333


@given(day_lists)
def test_bars_up_and_down_are_on_one_scale_and_inside_the_strip(days: list[Day]) -> None:
    drawn = strip(days)

    for bar in drawn.bars:
        assert bar.up <= drawn.base + 1.5
        assert bar.down <= STRIP_HEIGHT - drawn.base + 1.5
        for amount, height in ((bar.day.issued, bar.up), (bar.day.used, bar.down)):
            assert (height > 0) == (amount > 0)
    peaks = [(d.issued, b.up) for d, b in zip(days, drawn.bars, strict=False) if d.issued > 0]
    peaks += [(d.used, b.down) for d, b in zip(days, drawn.bars, strict=False) if d.used > 0]
    for amount, height in peaks:
        top = max(peaks)
        assert abs(height - max(1.5, top[1] * amount / top[0])) < 0.2


@given(day_lists)
def test_the_list_beside_the_bars_adds_up_to_them(days: list[Day]) -> None:
    listed = spans(days)

    assert sum(one.issued for one in listed) == sum(day.issued for day in days)
    assert sum(one.used for one in listed) == sum(day.used for day in days)
    assert listed[-1].first == days[0].on
    assert listed[0].last == days[-1].on


def test_the_last_day_is_named_under_the_bars() -> None:
    days = [Day(BEGIN + timedelta(days=n), n, 0) for n in range(30)]

    ticks = strip(days).ticks

    assert ticks[0].on == days[-1].on
    assert len(ticks) <= 7
