"""The figures as a table of plain text."""

from collections.abc import Sequence
from statistics import median

from bench.rounds import Result

_HEAD = ("", "a second", "ratio", "goal", "load")


def table(results: Sequence[Result], limit: str) -> str:
    """Return a line for the limit and one for each figure; the load is the machine's."""
    anchors = [rate for result in results if result.figure.most is None for rate in result.anchors]
    loads = [load for result in results for load in result.loads]
    rows = [_HEAD, (limit, f"{median(anchors):,.0f}", "1.00", "", f"{median(loads):.1f}")]
    rows += [
        (
            result.figure.name,
            f"{result.rate:,.0f}",
            f"{result.ratio:.2f}",
            result.goal,
            f"{result.load:.1f}",
        )
        for result in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, rate, ratio, goal, load = row
    cells = (
        name.ljust(widths[0]),
        rate.rjust(widths[1]),
        ratio.rjust(widths[2]),
        goal.ljust(widths[3]),
        load.rjust(widths[4]),
    )
    return "  ".join(cells).rstrip()
