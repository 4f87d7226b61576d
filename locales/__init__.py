"""The words and number forms of every language, the same for all surfaces.

The English text is the key; what a catalogue lacks is answered in English.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from locales import formats

LOCALES: tuple[str, ...] = ("vi", "en")
DEFAULT = "vi"

_FOLDER = Path(__file__).parent
_REGIONS = {"vi": "vi_VN", "en": "en_US"}


class Translator:
    """Speaks one language: sentences with their facts, numbers, money and dates."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._locale = Locale.parse(_REGIONS[code])
        self._catalogue = _catalogue(code)

    def text(self, message: str, **facts: object) -> str:
        """Say a sentence; `%(name)s` stands for a fact, `%%` for a percent sign."""
        return self._catalogue.gettext(message) % facts

    def plural(self, one: str, many: str, count: int, **facts: object) -> str:
        """Say the sentence that fits a count; `%(count)s` is the count, written out."""
        chosen = self._catalogue.ngettext(one, many, count)
        return chosen % {"count": self.number(count), **facts}

    def raw(self, message: str) -> str:
        """The sentence with its placeholders still in it."""
        return self._catalogue.gettext(message)

    def raw_plural(self, one: str, many: str, count: int) -> str:
        """The sentence for a count with its placeholders still in it."""
        return self._catalogue.ngettext(one, many, count)

    def number(self, value: int | Decimal) -> str:
        """Group the digits of a whole or decimal number."""
        return formats.number(self._locale, value)

    def signed(self, value: int | Decimal) -> str:
        """Write a change with its sign."""
        return formats.signed(self._locale, value)

    def money(self, minor: int, currency: str) -> str:
        """Write an amount given in the currency's smallest units."""
        return formats.money(self._locale, minor, currency)

    def percent(self, ratio: float | Decimal, decimals: int = 1) -> str:
        """Write a ratio as a percentage."""
        return formats.percent(self._locale, ratio, decimals)

    def date(self, value: dt.date) -> str:
        """Write a day with its year."""
        return formats.calendar(self._locale, value, "date")

    def day_month(self, value: dt.date) -> str:
        """Write a day without its year."""
        return formats.calendar(self._locale, value, "day_month")

    def month(self, value: dt.date) -> str:
        """Name a month and its year."""
        return formats.calendar(self._locale, value, "month")

    def weekday(self, value: dt.date) -> str:
        """Name the day of the week in two or three letters."""
        return formats.calendar(self._locale, value, "weekday")

    def clock(self, value: dt.datetime) -> str:
        """Write the time of day of an instant already in the reader's zone."""
        return formats.clock(self._locale, value)

    def time_zone_name(self, zone: str, at: dt.datetime) -> str:
        """Name a zone, with its offset at an instant."""
        return formats.time_zone(self._locale, ZoneInfo(zone), at)


@cache
def translator(code: str) -> Translator:
    """Return the one translator of a language; an unknown language gets the default's."""
    return Translator(code if code in LOCALES else DEFAULT)


def choose(wishes: Sequence[str]) -> str:
    """Pick the first of a reader's languages that we speak; none known: the default."""
    for wish in wishes:
        code = wish.replace("_", "-").split("-")[0].strip().lower()
        if code in LOCALES:
            return code
    return DEFAULT


def accepted(header: str) -> str:
    """Pick the language for an `Accept-Language` header; its order is trusted."""
    return choose([part.split(";")[0] for part in header.split(",")])


@cache
def _catalogue(code: str) -> GNUTranslations:
    """Compile the committed .po in memory: nothing to build, nothing to forget."""
    path = _FOLDER / code / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
