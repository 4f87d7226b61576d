"""Colours: how a merchant's few are shaded, and how they stay readable."""

import colorsys

Parts = tuple[float, float, float]
# The dimmest words that stand on the card.
_STRAW = "#ffd591"
# Lightness and saturation of the card from its lit corner to its dark one.
_RAMP = ((0.295, 0.95), (0.195, 1.0), (0.125, 1.0), (0.095, 1.0))
READABLE = 4.6
# Below this share of light a screen is linear, says WCAG.
_LINEAR = 0.04045
_STEPS = 25


def ramp(accent: str) -> tuple[str, ...]:
    """Shade an accent into the four stops of the card, dark enough for pale words on all."""
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(accent))
    return tuple(_darkened(hue, lightness, saturation * strength) for lightness, strength in _RAMP)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def legible(colour: str, grounds: tuple[str, ...], *, least: float = READABLE) -> str:
    """Move a colour towards black or white, no further than small words on these grounds need."""
    ink = "#000000" if all(_luminance(ground) > 0.4 for ground in grounds) else "#ffffff"  # noqa: PLR2004
    for step in range(_STEPS + 1):
        made = mixed(colour, ink, step / _STEPS)
        if all(contrast(made, ground) >= least for ground in grounds):
            return made
    return ink


def mixed(one: str, other: str, share: float) -> str:
    """Mix two colours; a share of 0 is all of the first."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return _hex((red, green, blue))


def _darkened(hue: float, lightness: float, saturation: float) -> str:
    shade = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    if contrast(shade, _STRAW) < READABLE:
        return _darkened(hue, lightness * 0.92, saturation)
    return shade


def _parts(colour: str) -> Parts:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(parts: Parts) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
