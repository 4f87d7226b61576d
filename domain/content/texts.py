"""Texts of products and news: how long they may be, and what no text holds."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from domain.errors import Refusal

Texts = dict[str, str]
LOCALES: Final = ("vi", "en")
TITLE_MAX, SUMMARY_MAX, BODY_MAX, CATEGORY_MAX = 120, 300, 20_000, 40
# Letters joined by these are whole letters in many scripts; other controls reorder or hide text.
_JOINERS: Final = "\u200c\u200d"
_MARKS_MAX: Final = 3


class TextTooLong(Refusal):
    """At most %(longest)s characters."""

    code = "text_too_long"


class TitleMissing(Refusal):
    """Write a title in at least one language."""

    code = "title_missing"


def line(raw: str, longest: int) -> str:
    """Return a text on one line, without controls; raises TextTooLong."""
    return _within(" ".join(_shown(raw).split()), longest)


def passage(raw: str, longest: int = BODY_MAX) -> str:
    """Return a text of paragraphs with an empty line between two; raises TextTooLong."""
    lines = [" ".join(each.split()) for each in _shown(raw).splitlines()]
    kept = "\n".join(lines).strip()
    while "\n\n\n" in kept:
        kept = kept.replace("\n\n\n", "\n\n")
    return _within(kept, longest)


def titles(raw: Mapping[str, str], longest: int = TITLE_MAX) -> Texts:
    """Return a title by language, those that are empty left out; raises TitleMissing."""
    said = lines(raw, longest)
    if not said:
        raise TitleMissing
    return said


def lines(raw: Mapping[str, str], longest: int) -> Texts:
    """Return a line by language, those that are empty left out."""
    cleaned = {locale: line(raw.get(locale, ""), longest) for locale in LOCALES}
    return {locale: text for locale, text in cleaned.items() if text}


def passages(raw: Mapping[str, str]) -> Texts:
    """Return paragraphs by language, those that are empty left out."""
    cleaned = {locale: passage(raw.get(locale, "")) for locale in LOCALES}
    return {locale: text for locale, text in cleaned.items() if text}


def _within(text: str, longest: int) -> str:
    if len(text) > longest:
        raise TextTooLong(longest=longest)
    return text


def _shown(raw: str) -> str:
    """Drop what shows nothing or reorders what is shown, and marks piled upon marks."""
    kept: list[str] = []
    marks = 0
    for each in unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")):
        category = unicodedata.category(each)
        marks = marks + 1 if category[0] == "M" else 0
        if each in "\n\t" or category in {"Zl", "Zp"}:
            kept.append("\n" if each != "\t" else " ")
        elif (category[0] != "C" or each in _JOINERS) and marks <= _MARKS_MAX:
            kept.append(each)
    return "".join(kept)
