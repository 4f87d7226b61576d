import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.names import NAME_MAX, clean_name

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("_case", "raw", "shown"),
    [
        ("plain", "Ngọc Ánh", "Ngọc Ánh"),
        ("HTML stays text", "<b>An</b>", "<b>An</b>"),
        ("a template stays text", "{{7*7}}%(x)s", "{{7*7}}%(x)s"),
        ("a formula stays text", "=1+1", "=1+1"),
        ("right-to-left override", "An\u202egnp.exe", "Angnp.exe"),
        ("isolates and marks of direction", "\u2066An\u2069\u200f", "An"),
        ("NUL", "A\x00n", "A n"),
        ("only NUL", "\x00", "…"),
        ("lines", "An\r\nBình\u2028Chi", "An Bình Chi"),
        ("a lone surrogate", "An\ud83d", "An"),
        ("256 marks", "Z" + "\u0321" * 256, "Z\u0321\u0321"),
        ("10,000 characters", "x" * 10_000, "x" * NAME_MAX),
        ("10,000 marks", "\u0301" * 10_000, "…"),
        ("a family", FAMILY, FAMILY),
        ("a family cut short", "x" * 60 + FAMILY, "x" * 60 + "👨‍👩"),
        ("a heart on fire", "❤️‍🔥", "❤️‍🔥"),
        ("Vietnamese in NFD", unicodedata.normalize("NFD", "Đặng Mỹ Uyên"), "Đặng Mỹ Uyên"),
        ("a mark kept apart", "e\u200b\u0301", "é"),
        ("many blanks", "  An \t\u00a0 Bình ", "An Bình"),
        ("empty", "", "…"),
        ("only spaces", " \u3000 ", "…"),
        ("only joiners", "\u200d\u200c", "…"),
        ("only a variation selector", "\ufe0f", "…"),
        ("fillers that look empty", "\u3164\u2800\uffa0", "…"),
        ("Thai vowels and tones", "ที่", "ที่"),
        ("Hindi", "क्षत्रिय", "क्षत्रिय"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(_case: str, raw: str, shown: str) -> None:
    assert clean_name(raw) == shown


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_whatever_comes_in_is_short_visible_nfc_without_controls(raw: str) -> None:
    name = clean_name(raw)

    assert 1 <= len(name) <= NAME_MAX
    assert name == name.strip()
    assert unicodedata.is_normalized("NFC", name)
    assert not {unicodedata.category(c) for c in name} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert name.encode().decode() == name


@given(st.text(max_size=100))
def test_a_clean_name_stays_as_it_is(raw: str) -> None:
    assert clean_name(clean_name(raw)) == clean_name(raw)
