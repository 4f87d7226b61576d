"""What a merchant's few colours become, and codes drawn as pictures."""

import colorsys
from io import BytesIO

import segno
from markupsafe import Markup

from miniapp.pages.parts import Brand

_PAPER = "#fff8ea"
# Lightness and saturation of the card from its lit corner to its dark one.
_RAMP = ((0.295, 0.95), (0.195, 1.0), (0.125, 1.0), (0.095, 1.0))
_READABLE = 4.6


def tokens(brand: Brand) -> str:
    """Return the style rule that dresses the page in a merchant's colours."""
    stops = ";".join(f"--hero-{i}:{stop}" for i, stop in enumerate(ramp(brand.accent), start=1))
    return (
        f":root{{--brand:{brand.accent};--brand-dark:{brand.accent_dark};"
        f"--amber:{brand.gold};{stops}}}"
    )


def ramp(accent: str) -> tuple[str, ...]:
    """Shade an accent into the four stops of the card, dark enough for pale words on all."""
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(accent))
    return tuple(
        _darkened(hue, lightness, saturation * strength) for lightness, strength in _RAMP
    )


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def qr(link: str) -> Markup:
    """Draw a link as a code that scanners read; one path, sized by the page."""
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", border=2, xmldecl=False, svgns=False, omitsize=True, dark="#0b3026"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - made of squares by the library


def _darkened(hue: float, lightness: float, saturation: float) -> str:
    shade = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    if lightness > 0.02 and contrast(shade, _PAPER) < _READABLE:
        return _darkened(hue, lightness * 0.92, saturation)
    return shade


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
