"""Interleaved rounds: every figure is a part of what its anchor did just before and after it."""

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

Measure = Callable[[float], Awaitable[float]]


@dataclass(frozen=True)
class Figure:
    """Something done so many times a second, what it is compared with, and the goal.

    The ratio is of rates and has to reach `least`, or it is of times and must not pass `most`.
    """

    name: str
    measure: Measure
    anchor: Measure
    least: float | None = None
    most: float | None = None


@dataclass
class Result:
    """What a figure came to, round by round."""

    figure: Figure
    rates: list[float] = field(default_factory=list)
    anchors: list[float] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def load(self) -> float:
        return median(self.loads)

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios: a neighbour's noise hits both sides of one."""
        pairs = zip(self.rates, self.anchors, strict=True)
        if self.figure.most is None:
            return median(rate / anchor for rate, anchor in pairs)
        return median(anchor / rate for rate, anchor in pairs)

    @property
    def goal(self) -> str:
        """Say what the ratio should be and whether it is."""
        least, most = self.figure.least, self.figure.most
        if least is not None:
            return f">= {least:.2f} {'met' if self.ratio >= least else 'MISSED'}"
        return f"<= {most:.2f} {'met' if most is None or self.ratio <= most else 'MISSED'}"


async def run(figures: Sequence[Figure], *, rounds: int, seconds: float) -> list[Result]:
    """Measure all figures in turn, round after round; the first round only warms up."""
    results = [Result(figure) for figure in figures]
    await _round([Result(figure) for figure in figures], min(seconds, 1))
    for _ in range(rounds):
        await _round(results, seconds)
    return results


async def _round(results: Sequence[Result], seconds: float) -> None:
    """Measure each figure between two runs of its anchor; neighbours share the run between them."""
    before, anchor = 0.0, None
    for result in results:
        figure = result.figure
        if figure.anchor is not anchor:
            before, anchor = await figure.anchor(seconds), figure.anchor
        result.rates.append(await figure.measure(seconds))
        after = await figure.anchor(seconds)
        result.anchors.append(fmean((before, after)))
        result.loads.append(os.getloadavg()[0])
        before = after
