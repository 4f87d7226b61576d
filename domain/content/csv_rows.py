"""A file of rows as spreadsheets save it: read strictly, each row with its line number."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.errors import Refusal

BYTES_MAX: Final = 2 * 1024 * 1024
ROWS_MAX: Final = 5_000
_CELL_MAX: Final = 100_000
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PACKED: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_MOMENTS: Final = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%d/%m/%Y", "%d/%m/%Y %H:%M")
_YES, _NO = {"1", "yes", "x", "có"}, {"", "0", "no", "không"}


class FileTooLarge(Refusal):
    """The file is larger than 2 MB or has more than 5,000 rows. Split it."""

    code = "file_too_large"


class NotUtf8(Refusal):
    """The file is not written in UTF-8. In Excel choose “Save as” and “CSV UTF-8”."""

    code = "not_utf8"


class NotCsv(Refusal):
    """This is no CSV file. In Excel choose “Save as” and “CSV UTF-8”."""

    code = "not_csv"


class ColumnMissing(Refusal):
    """The first line does not name the column “%(column)s”. Begin with the template."""

    code = "column_missing"


class ColumnUnknown(Refusal):
    """The column “%(column)s” is unknown, or stands there twice. Begin with the template."""

    code = "column_unknown"


class CellUnfit(Refusal):
    """“%(column)s” is not written as it should be: %(text)s"""

    code = "cell_unfit"


@dataclass(frozen=True, slots=True)
class Row:
    """A row's cells by column, and the line of the file in which it begins."""

    line: int
    cells: dict[str, str]
    is_whole: bool = True

    def cell(self, column: str) -> str:
        """Return a cell; empty if the file has no such column."""
        return self.cells.get(column, "")

    def yes(self, column: str) -> bool:
        """Read a cell that says yes or no; raises CellUnfit."""
        said = self.cell(column).strip().casefold()
        if said not in _YES | _NO:
            raise self.unfit(column)
        return said in _YES

    def moment(self, column: str, zone: ZoneInfo) -> datetime | None:
        """Read a date, or a date and a time, in the program's zone; raises CellUnfit."""
        said = " ".join(self.cell(column).replace("T", " ").split())
        if not said:
            return None
        for shape in _MOMENTS if re.fullmatch(r"[0-9/: -]{8,16}", said) else ():
            try:
                return datetime.strptime(said, shape).replace(tzinfo=zone)
            except ValueError:
                continue
        raise self.unfit(column)

    def unfit(self, column: str) -> CellUnfit:
        """Say which cell is wrong."""
        return CellUnfit(column=column, text=self.cell(column)[:40])


def decoded(sent: bytes) -> str:
    """Return a file's text; raises FileTooLarge, NotCsv, NotUtf8."""
    if len(sent) > BYTES_MAX:
        raise FileTooLarge
    if sent.startswith(_PACKED):
        raise NotCsv
    try:
        return sent.decode("utf-16" if sent.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8 from None


def rows(text: str, *, known: tuple[str, ...], needed: tuple[str, ...]) -> list[Row]:
    """Return the rows under the header; raises a Refusal for a file that cannot be read at all."""
    csv.field_size_limit(_CELL_MAX)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = _header(next(reader, []), known, needed)
        found = list(_rows(reader, header))
    except csv.Error:
        raise NotCsv from None
    return found


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def _header(cells: list[str], known: tuple[str, ...], needed: tuple[str, ...]) -> list[str]:
    header = [cell.strip().casefold() for cell in cells]
    while header and not header[-1]:
        header.pop()
    for column in header:
        if column not in known or header.count(column) > 1:
            raise ColumnUnknown(column=column[:40])
    for column in needed:
        if column not in header:
            raise ColumnMissing(column=column)
    return header


def _rows(reader: Any, header: list[str]) -> Iterator[Row]:
    count, begins = 0, reader.line_num + 1
    for cells in reader:
        line, begins = begins, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > ROWS_MAX:
            raise FileTooLarge
        is_whole = not any(cell.strip() for cell in cells[len(header) :])
        yield Row(line, dict(zip(header, cells, strict=False)), is_whole)
