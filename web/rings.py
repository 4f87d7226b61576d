"""Growth rings: the contour texture of cards, covers and empty places, grown from a seed.

Each ring adds to the one inside it, as a tree does, so rings follow each other's bends and
never cross. The same seed always grows the same rings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import cos, pi, sin

from markupsafe import Markup

_CORNERS = 16
_WAVES = (1, 2, 3, 5)
# Every so many years one ring is darker, as after a dry summer.
_DROUGHT = 5


@dataclass(frozen=True, slots=True)
class Ring:
    """One closed contour: its path, how visible it is and how thick."""

    path: str
    opacity: float
    width: float


@cache
def grow(seed: str, years: int, x: float, y: float, step: float) -> tuple[Ring, ...]:
    """Grow rings around a point, one a year, each about a step wide."""
    chance = _chances(seed)
    phases = [next(chance) * 2 * pi for _ in _WAVES]
    radii = [step * 0.55] * _CORNERS
    rings = []
    for year in range(years):
        rings.append(_ring(radii, x, y, year, years))
        thickness = step * (0.55 + 0.9 * next(chance))
        drift = [(next(chance) - 0.5) * 1.4 for _ in _WAVES]
        phases = [phase + turn for phase, turn in zip(phases, drift, strict=True)]
        radii = [r + thickness * _growth(corner, phases) for corner, r in enumerate(radii)]
    return tuple(rings)


def rings(seed: str, years: int, x: float, y: float, step: float) -> Markup:
    """Return the grown rings as SVG paths for a drawing that sets the stroke's colour."""
    return Markup("").join(
        Markup('<path d="{}" stroke-opacity="{}" stroke-width="{}"/>').format(
            ring.path, ring.opacity, ring.width
        )
        for ring in grow(seed, years, x, y, step)
    )


def pick(seed: str, choices: int) -> int:
    """Choose one of several looks for a seed: always the same for the same seed."""
    return int(sha256(seed.encode()).hexdigest()[:8], 16) % choices


def _growth(corner: int, phases: list[float]) -> float:
    """How much this year adds in one direction: always more than nothing."""
    angle = 2 * pi * corner / _CORNERS
    bend = sum(
        sin(wave * angle + phase) / (wave + 1.2) for wave, phase in zip(_WAVES, phases, strict=True)
    )
    return max(0.4, 1 + 0.36 * bend)


def _ring(radii: list[float], x: float, y: float, year: int, years: int) -> Ring:
    corners = [
        (x + r * cos(2 * pi * i / _CORNERS), y + 0.94 * r * sin(2 * pi * i / _CORNERS))
        for i, r in enumerate(radii)
    ]
    heavy = year % _DROUGHT == _DROUGHT // 2
    fade = 1 - year / years
    return Ring(
        path=_closed_curve(corners),
        opacity=round(0.07 + 0.22 * fade + (0.06 if heavy else 0), 2),
        width=1.7 if heavy else 0.9,
    )


def _closed_curve(corners: list[tuple[float, float]]) -> str:
    """Join the middles of the sides by curves that bend at the corners.

    Each step is written from the last written point, in whole units: half the bytes, and the
    rounding does not add up.
    """
    middles = [
        ((ax + bx) / 2, (ay + by) / 2)
        for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True)
    ]
    at_x, at_y = round(middles[-1][0]), round(middles[-1][1])
    steps = [f"M{at_x} {at_y}q"]
    for (cx, cy), (mx, my) in zip(corners, middles, strict=True):
        to_x, to_y = round(mx), round(my)
        steps.append(_numbers(round(cx) - at_x, round(cy) - at_y, to_x - at_x, to_y - at_y))
        at_x, at_y = to_x, to_y
    return f"{steps[0]}{' '.join(steps[1:]).replace(' -', '-')}z"


def _numbers(*values: int) -> str:
    """Write numbers as briefly as a path may: a minus sign needs no space before it."""
    return " ".join(str(value) for value in values)


def _chances(seed: str) -> Iterator[float]:
    """Yield numbers in [0, 1) that depend on nothing but the seed."""
    block = sha256(seed.encode()).digest()
    while True:
        for at in range(0, len(block), 2):
            yield int.from_bytes(block[at : at + 2]) / 65536
        block = sha256(block).digest()
