"""The mini app's digits: a small cut of the staff's font, made from its package.

`python -m web.digits FILE` writes it; `make` does so when it fetches the browser's files.
"""

import sys
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCE: Final = Path(
    "node_modules/@fontsource-variable/hanken-grotesk/files/hanken-grotesk-latin-wght-normal.woff2"
)
# Digits and what stands around them in numbers; money signs come from the system's font.
CHARACTERS: Final = "0123456789%+,.−-"
_WEIGHT: Final = 660


def cut(source: Path, target: Path) -> None:
    """Write the font's digits, in one weight and all of one width, as WOFF2."""
    font = instantiateVariableFont(TTFont(source), {"wght": _WEIGHT})
    options = Options(flavor="woff2", layout_features=["tnum"], hinting=False, name_IDs=[0, 13])
    subsetter = Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    font.save(target)


if __name__ == "__main__":
    cut(SOURCE, Path(sys.argv[1]))
