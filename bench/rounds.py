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
    for figure in figures:
        await figure.anchor(min(seconds, 1))
        await figure.measure(min(seconds, 1))
    for _ in range(rounds):
        for result in results:
            await _measure(result, seconds)
    return results


async def _measure(result: Result, seconds: float) -> None:
    figure = result.figure
    before = await figure.anchor(seconds / 2)
    result.rates.append(await figure.measure(seconds))
    after = await figure.anchor(seconds / 2)
    result.anchors.append(fmean((before, after)))
    result.loads.append(os.getloadavg()[0])
