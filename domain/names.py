"""Names as people and strangers write them, made safe to store and to show."""

import unicodedata

NAME_MAX = 64
_MARKS_MAX = 2
# Letters joined by these are whole letters in many scripts; other controls reorder or hide text.
_JOINERS = "\u200c\u200d"
# Letters and symbols that show nothing: who wants to be invisible is called by these.
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
_NAMELESS = "…"


def clean_name(raw: str) -> str:
    """Return the name in NFC on one line, without controls and without towers of marks.

    At most 64 characters; a name of which nothing can be seen becomes "…".
    """
    # What parts letter and mark goes first, so that the two meet before they are composed.
    text = unicodedata.normalize("NFC", "".join(map(_shown, raw)))
    name = " ".join(_without_towers(text).split())[:NAME_MAX].rstrip(_JOINERS + " ")
    return name if any(unicodedata.category(each)[0] in "LNPS" for each in name) else _NAMELESS


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp") or character in _BLANKS:
        return " "
    return "" if category[0] == "C" and character not in _JOINERS else character


def _without_towers(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MARKS_MAX:
            kept.append(character)
    return "".join(kept)
