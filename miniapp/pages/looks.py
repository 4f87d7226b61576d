"""What a merchant's few colours become, and codes drawn as pictures."""

from io import BytesIO
from urllib.parse import quote

import segno
from markupsafe import Markup

from miniapp.pages.parts import Brand
from web.colours import ramp
from web.rings import rings

_UNQUOTED = " =:/'(){};,.-"


def tokens(brand: Brand) -> str:
    """Return the style rule that dresses the page in a merchant's colours."""
    stops = ";".join(f"--hero-{i}:{stop}" for i, stop in enumerate(ramp(brand.accent), start=1))
    contours = _image(358, 248, "#ffe3b3", rings(brand.seed, 18, 292, 78, 13))
    disc = _image(320, 320, "#fff", rings(f"{brand.seed} disc", 9, 160, 160, 15.2))
    return f":root{{--amber:{brand.gold};{stops};--rings:{contours};--disc:{disc}}}"


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
