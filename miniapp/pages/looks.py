"""What a merchant's few colours become, and codes drawn as pictures."""

import colorsys
from io import BytesIO
from urllib.parse import quote

import segno
from markupsafe import Markup

from miniapp.pages.parts import Brand
from web.rings import rings

# The dimmest words that stand on the card.
_STRAW = "#ffd591"
# Lightness and saturation of the card from its lit corner to its dark one.
_RAMP = ((0.295, 0.95), (0.195, 1.0), (0.125, 1.0), (0.095, 1.0))
_READABLE = 4.6
# Below this share of light a screen is linear, says WCAG.
_LINEAR = 0.04045
_UNQUOTED = " =:/'(){};,.-"


def tokens(brand: Brand) -> str:
    """Return the style rule that dresses the page in a merchant's colours."""
    stops = ";".join(f"--hero-{i}:{stop}" for i, stop in enumerate(ramp(brand.accent), start=1))
    contours = _image(358, 248, "#ffe3b3", rings(brand.seed, 18, 292, 78, 13))
    disc = _image(320, 320, "#fff", rings(f"{brand.seed} disc", 9, 160, 160, 15.2))
    return f":root{{--amber:{brand.gold};{stops};--rings:{contours};--disc:{disc}}}"


def ramp(accent: str) -> tuple[str, ...]:
    """Shade an accent into the four stops of the card, dark enough for pale words on all."""
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(accent))
    return tuple(_darkened(hue, lightness, saturation * strength) for lightness, strength in _RAMP)


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


def _image(width: int, height: int, stroke: str, paths: Markup) -> str:
    """A drawing as a value of a style sheet; its lines stay thin however large it is shown."""
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'"
        f" viewBox='0 0 {width} {height}' fill='none' stroke='{stroke}'>"
        f"<style>path{{vector-effect:non-scaling-stroke}}</style>{paths}</svg>"
    )
    return f'url("data:image/svg+xml,{quote(drawing.replace(chr(34), chr(39)), safe=_UNQUOTED)}")'


def _darkened(hue: float, lightness: float, saturation: float) -> str:
    shade = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    if contrast(shade, _STRAW) < _READABLE:
        return _darkened(hue, lightness * 0.92, saturation)
    return shade


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
