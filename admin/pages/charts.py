"""The geometry of the charts: rings and bars as numbers that a template draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from domain.reporting.customer_loyalty import Day

SLICES_MAX: Final = 8
OTHER: Final = SLICES_MAX
_GAP: Final = 0.7
_THINNEST: Final = 0.35
STRIP_HEIGHT: Final = 118
_TICKS_MAX: Final = 7
# With more days than these, bars are hairs and a list of days is read by nobody.
DAYS_SHOWN: Final = 92


@dataclass(frozen=True, slots=True)
class Slice:
    """An arc of a ring whose way round is 100; `colour` 8 is everything else together."""

    colour: int
    start: float
    length: float

    @property
    def drawn(self) -> float:
        """The length that leaves a gap to the next, however thin the slice is."""
        return max(self.length - _GAP, _THINNEST) if self.length < 100 else 100  # noqa: PLR2004


def donut(amounts: Sequence[int]) -> tuple[Slice, ...]:
    """Cut a ring by amounts, the largest first: at most eight slices, and one for the rest."""
    shown = [amount for amount in amounts if amount > 0]
    whole = sum(shown)
    if len(shown) > SLICES_MAX:
        shown = [*shown[:SLICES_MAX], sum(shown[SLICES_MAX:])]
    slices, start = [], 0.0
    for colour, amount in enumerate(shown):
        length = 100 * amount / whole
        slices.append(Slice(colour, round(start, 3), round(length, 3)))
        start += length
    return tuple(slices)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: how high its points issued stand and how deep its points used hang, in pixels."""

    day: Day
    x: float
    up: float
    down: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A date under the bars, where it stands in percent, and which way its words run."""

    on: date
    x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Bars above and below one line, both on the same scale. Widths are percent of the whole.

    A long range has outlines in place of bars, drawn in a box one unit wide for each day.
    """

    bars: tuple[Bar, ...]
    outlines: tuple[str, str] | None
    ticks: tuple[Tick, ...]
    width: float
    base: float
    height: int
    days: int


def strip(days: Sequence[Day]) -> Strip:
    """Draw points issued upwards and points used downwards, day by day."""
    top = max((day.issued for day in days), default=0)
    bottom = max((day.used for day in days), default=0)
    scale = STRIP_HEIGHT / (top + bottom) if top + bottom else 0
    width = 100 / len(days)
    base = round(top * scale, 1) if scale else STRIP_HEIGHT / 2
    bars = tuple(
        Bar(day, round(number * width, 4), _pixels(day.issued, scale), _pixels(day.used, scale))
        for number, day in enumerate(days)
    )
    long = len(days) > DAYS_SHOWN
    return Strip(
        bars=() if long else bars,
        outlines=_outlines(bars, base) if long else None,
        ticks=_ticks(days, width),
        width=round(width, 4),
        base=base,
        height=STRIP_HEIGHT,
        days=len(days),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """A line of the list beside the bars: a day, or a month of a long range."""

    first: date
    last: date
    issued: int
    used: int


def spans(days: Sequence[Day]) -> tuple[Span, ...]:
    """List the days, or the months of a range that has many; the newest first."""
    if len(days) <= DAYS_SHOWN:
        return tuple(Span(day.on, day.on, day.issued, day.used) for day in reversed(days))
    months = [
        list(group) for _, group in groupby(days, key=lambda day: (day.on.year, day.on.month))
    ]
    return tuple(
        Span(
            month[0].on,
            month[-1].on,
            sum(day.issued for day in month),
            sum(day.used for day in month),
        )
        for month in reversed(months)
    )


def _outlines(bars: Sequence[Bar], base: float) -> tuple[str, str]:
    up = "".join(f"V{base - bar.up:.1f}H{number}" for number, bar in enumerate(bars, start=1))
    down = "".join(f"V{base + bar.down:.1f}H{number}" for number, bar in enumerate(bars, start=1))
    return f"M0 {base}{up}V{base}z", f"M0 {base}{down}V{base}z"


def _pixels(amount: int, scale: float) -> float:
    """A day on which anything happened shows at least a line."""
    return max(round(amount * scale, 1), 1.5) if amount else 0


def _ticks(days: Sequence[Day], width: float) -> tuple[Tick, ...]:
    """Name the last day and every n-th before it."""
    step = max(1, -(-len(days) // _TICKS_MAX))
    numbers = range(len(days) - 1, -1, -step)
    return tuple(
        Tick(
            days[number].on,
            round((number + 0.5) * width, 3),
            "end" if number == len(days) - 1 and len(days) > 1 else "middle",
        )
        for number in numbers
    )
