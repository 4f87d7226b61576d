"""Spreadsheets: rows as CSV that Excel opens with the right letters and runs nothing of."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO
from typing import Final

Cell = str | int | date | None
BOM: Final = "\ufeff"
# What a spreadsheet takes for the beginning of a formula, the wide forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a CSV file's text: numbers as they are, every text in quotes and harmless."""
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet computes; an apostrophe says that it is text."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def _written(cell: Cell) -> str | int:
    if isinstance(cell, int):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    return safe(cell or "")
