"""Every part of the bench runs and prints its figure; how fast is never asserted."""

import re

import pytest

from bench.__main__ import report
from bench.limit import GET_IT, PgbenchError, find_pgbench
from bench.rounds import Figure, Result
from bench.table import table

_LINE = re.compile(
    r"^(.+?) {2,}([\d,]+) +(\d+\.\d\d)(?: +([<>]= \d\.\d\d) (met|MISSED))? +\d+\.\d$"
)


async def _nothing(_seconds: float) -> float:
    return 0.0


def _result(rates: list[float], anchors: list[float], **goal: float) -> Result:
    figure = Figure("something", _nothing, _nothing, **goal)
    return Result(figure, rates=rates, anchors=anchors, loads=[1.0] * len(rates))


@pytest.mark.timeout(240)
async def test_one_short_round_prints_every_figure() -> None:
    printed = await report(accounts=50, clients=2, rounds=1, seconds=0.2)
    lines = [_LINE.match(line) for line in printed.splitlines()[1:]]
    found = [(line.group(1), line.group(4)) for line in lines if line]
    assert found == [
        ("the posting limit: pgbench, our function", None),
        ("the statement alone, from Python", ">= 0.70"),
        ("the verb in its transaction", ">= 0.45"),
        ("the award endpoint, 1 process", ">= 0.22"),
        ("the award endpoint, 2 processes", ">= 0.33"),
        ("the hot account: all clients on one", ">= 0.25"),
        ("a replay, in time of a post", "<= 1.50"),
    ]


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    assert _result([50, 10, 80], [100, 100, 100], least=0.5).ratio == 0.5


def test_a_ratio_of_times_is_the_inverse_of_the_rates() -> None:
    assert _result([50], [100], most=1.5).ratio == 2.0


def test_a_missed_goal_is_printed_as_missed() -> None:
    assert _result([10], [100], least=0.2).goal == ">= 0.20 MISSED"
    assert _result([10], [100], most=1.5).goal == "<= 1.50 MISSED"
    assert "MISSED" in table([_result([10], [100], least=0.2)], "limit")


def test_without_pgbench_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bench.limit.os.access", lambda *_: False)
    with pytest.raises(PgbenchError, match="sudo apt-get install"):
        find_pgbench()
    assert "\n" not in GET_IT
