"""What each row of an imported file asks for, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from domain.content import texts
from domain.content.csv_rows import CellUnfit, Row
from domain.content.drafts import DateOutOfRange, PriceOutOfRange
from domain.content.prices import minor_units
from domain.content.texts import CATEGORY_MAX, SUMMARY_MAX
from domain.errors import Refusal

Kind = Literal["products", "news"]
KEY_MAX: Final = 100
COLUMNS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "products": (
        "key", "title_vi", "title_en", "body_vi", "body_en", "category", "price",
        "visible_from", "hidden",
    ),
    "news": (
        "key", "title_vi", "title_en", "summary_vi", "summary_en", "body_vi", "body_en",
        "visible_from", "hidden",
    ),
}  # fmt: skip
_EXAMPLES: Final[Mapping[Kind, tuple[str, ...]]] = {
    "products": (
        "SP-001", "Bạc xỉu", "White coffee", "Nhiều sữa, ít cà phê.", "More milk than coffee.",
        "Cà phê", "39000", "2026-03-01", "",
    ),
    "news": (
        "TIN-001", "Mùa mưa đã về", "The rains are here", "Thực đơn mới.", "A new menu.",
        "Ba món nóng cho ngày mưa.", "Three hot drinks for wet days.", "2026-03-01 08:00", "",
    ),
}  # fmt: skip


class RowUnfit(Refusal):
    """The row has more cells than the first line has columns."""

    code = "row_unfit"


class RowHoldsNul(Refusal):
    """The row holds characters that no text has. Type it anew."""

    code = "row_holds_nul"


class KeyUnfit(Refusal):
    """“key” must have 1 to 100 characters: the row's name, the same at every import."""

    code = "key_unfit"


class KeyRepeated(Refusal):
    """The key stands in line %(line)s already."""

    code = "key_repeated"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row asks for: columns with their values; or the refusal that it gets."""

    line: int
    key: str
    title: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    category: str | None = None
    columns: frozenset[str] = frozenset()
    refusal: Refusal | None = None

    def merged(self, name: str, before: Any) -> Any:
        """Return a value as it will be: a language that has no column keeps its text."""
        value = self.values[name]
        if not isinstance(value, dict):
            return value
        kept = {code: text for code, text in before.items() if f"{name}_{code}" not in self.columns}
        return kept | value

    @property
    def origin(self) -> str:
        """The name under which the row is found again."""
        return f"csv:{self.key}"


def template(kind: Kind) -> str:
    """Return a file to begin with: the columns and one row."""
    lines = (COLUMNS[kind], _EXAMPLES[kind])
    quoted = (",".join(f'"{cell}"' if "," in cell else cell for cell in line) for line in lines)
    # Excel takes a file for UTF-8 only with this mark.
    return "\ufeff" + "\r\n".join(quoted) + "\r\n"


def wishes(kind: Kind, found: list[Row], *, currency: str, zone: ZoneInfo) -> list[Wish]:
    """Read every row; one that is wrong stops none of the others."""
    seen: dict[str, int] = {}
    made = []
    for row in found:
        key = row.cell("key").strip()
        try:
            wish = _wish(kind, row, key, currency, zone)
            if key in seen:
                raise KeyRepeated(line=seen[key])
            seen[key] = row.line
        except Refusal as refusal:
            wish = Wish(row.line, key[:KEY_MAX].replace("\x00", ""), refusal=refusal)
        made.append(wish)
    return made


def _wish(kind: Kind, row: Row, key: str, currency: str, zone: ZoneInfo) -> Wish:
    _check(row, key)
    values: dict[str, Any] = {}
    if _has(row, "title"):
        values["title"] = texts.titles(_said(row, "title"))
    if _has(row, "body"):
        values["body"] = texts.passages(_said(row, "body"))
    if kind == "news" and _has(row, "summary"):
        values["summary"] = texts.lines(_said(row, "summary"), SUMMARY_MAX)
    if "price" in row.cells:
        values["price"] = _price(row, currency)
    if at := row.moment("visible_from", zone):
        if not 2000 <= at.year <= 2100:  # noqa: PLR2004
            raise DateOutOfRange
        values["published_at"] = at
    if "hidden" in row.cells:
        values["hidden"] = row.yes("hidden")
    category = texts.line(row.cell("category"), CATEGORY_MAX) if "category" in row.cells else None
    title = next(iter(values.get("title", {}).values()), "")
    return Wish(row.line, key, title, values, category, frozenset(row.cells))


def _check(row: Row, key: str) -> None:
    if not row.is_whole:
        raise RowUnfit
    if any("\x00" in cell for cell in row.cells.values()):
        raise RowHoldsNul
    if not key or len(key) > KEY_MAX or not key.isprintable():
        raise KeyUnfit


def _price(row: Row, currency: str) -> int:
    try:
        return minor_units(row.cell("price") or "0", currency)
    except PriceOutOfRange:
        raise CellUnfit(column="price", text=row.cell("price")[:40]) from None


def _has(row: Row, name: str) -> bool:
    return any(f"{name}_{locale}" in row.cells for locale in texts.LOCALES)


def _said(row: Row, name: str) -> dict[str, str]:
    return {locale: row.cell(f"{name}_{locale}") for locale in texts.LOCALES}
