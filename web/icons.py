"""Line icons drawn inside the page: no request, no script, the colour of the text."""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

_FOLDER = Path(__file__).resolve().parents[1] / "node_modules" / "lucide-static" / "icons"
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9-]+")


@cache
def is_icon(name: str) -> bool:
    """Whether there is a drawing of that name: what merchants type may be anything."""
    return _NAME.fullmatch(name) is not None and (_FOLDER / f"{name}.svg").exists()


@cache
def icon(name: str, size: int = 24, css: str = "") -> Markup:
    """Return the drawing of an icon, hidden from screen readers: the words beside it speak."""
    classes = f"icon {css}".strip()
    return Markup(  # noqa: S704 - our own files, named by our own templates
        f'<svg class="{classes}" width="{size}" height="{size}" viewBox="0 0 24 24"'
        ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
        f' stroke-linejoin="round" aria-hidden="true">{_shapes(name)}</svg>'
    )


@cache
def _shapes(name: str) -> str:
    if not is_icon(name):
        raise ValueError(f"there is no icon {name!r}")
    found = _SHAPES.search((_FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{name}.svg holds no drawing")
    return re.sub(r">\s+<", "><", found[1].strip()).replace(" />", "/>")
