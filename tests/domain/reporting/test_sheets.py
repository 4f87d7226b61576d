import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.reporting.sheets import BOM, safe, sheet


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\x00="]
)
def test_a_text_that_begins_like_a_formula_is_marked_as_text(first: str) -> None:
    """X1."""
    assert safe(f"{first}HYPERLINK(1)").startswith("'")


def test_numbers_stay_numbers_and_texts_stand_in_quotes() -> None:
    """X1: a negative number is no formula."""
    text = sheet(("name", "points", "day"), [("-5", -5, date(2026, 3, 2)), (None, 0, None)])

    assert text == f'{BOM}"name","points","day"\r\n"\'-5",-5,"2026-03-02"\r\n"",0,""\r\n'


@given(st.lists(st.tuples(st.text(), st.integers(-(10**9), 10**9)), max_size=5))
def test_whatever_is_written_is_read_back(rows: list[tuple[str, int]]) -> None:
    written = sheet(("text", "number"), rows)

    header, *read = csv.reader(StringIO(written.removeprefix(BOM), newline=""))

    assert header == ["text", "number"]
    assert [(text, int(number)) for text, number in read] == [(safe(t), n) for t, n in rows]
