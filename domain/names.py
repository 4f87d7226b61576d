"""Names as people and strangers write them, made safe to store and to show."""

import unicodedata

NAME_MAX = 64
_MARKS_MAX = 2
# Letters joined by these are whole letters in many scripts; other controls reorder or hide text.
_JOINERS = {"\u200c", "\u200d"}
_NAMELESS = "…"


def clean_name(raw: str) -> str:
    """Return the name in NFC on one line, without controls and without towers of marks.

    At most 64 characters; a name of which nothing is left becomes "…".
    """
    text = raw.encode("utf-8", "ignore").decode()
    kept = "".join(_without_towers(unicodedata.normalize("NFC", text)))
    return " ".join(kept.split())[:NAME_MAX].strip() or _NAMELESS


def _without_towers(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if marks > _MARKS_MAX:
            continue
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cf", "Cs", "Co", "Cn") or character in _JOINERS:
            kept.append(character)
    return kept
